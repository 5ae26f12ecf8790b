import Primitives
import Testing

@Suite("Keccak over parts")
struct KeccakStreamTests {
    @Test("the digest is that of all parts, at any time")
    func parts() {
        var (stream, whole) = (KeccakStream(), [UInt8]())
        #expect(stream.digest == Keccak256.hash([]))
        for round in 0..<200 {
            let part = (0..<(round * 37 % 300)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ round) }
            stream.update(part)
            whole += part
            #expect(stream.digest == Keccak256.hash(whole))
        }
    }
}
