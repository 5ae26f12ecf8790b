import Primitives
import SSZ
import Testing

@Suite("SSZ known answers") struct KnownAnswerTests {
    @Test func zeroHashes() throws {
        #expect(Merkle.zeroHashes[1].hex == "0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b")
    }
}
