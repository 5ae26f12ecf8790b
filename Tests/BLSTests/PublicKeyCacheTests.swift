import BLS
import Primitives
import Testing

@Suite("Memo of public keys")
struct PublicKeyCacheTests {
    @Test("answers as a fresh decompression does, and stays within its bound")
    func bound() throws {
        let cache = PublicKeyCache(capacity: 6)
        let keys = try (1...10).map { try BatchTests.key($0).publicKey.bytes }
        for round in 0..<3 {
            for key in keys {
                #expect(try cache.publicKey(key).bytes == key, "round \(round)")
                #expect(cache.count <= 6)
            }
        }
        #expect(cache.count >= 3)
    }

    @Test("keys in use outlive the change of generations")
    func climbing() throws {
        let cache = PublicKeyCache(capacity: 4)
        let keys = try (1...4).map { try BatchTests.key($0).publicKey.bytes }
        for key in keys { _ = try cache.publicKey(key) }
        #expect(cache.count == 4)
        _ = try cache.publicKey(keys[0])
        #expect(cache.count == 3)
        #expect(try cache.publicKey(keys[0]).bytes == keys[0])
    }

    @Test("invalid keys are refused every time and never kept")
    func invalid() {
        let cache = PublicKeyCache(capacity: 4)
        for _ in 0..<3 {
            #expect(throws: BLSError.invalidPublicKey(Bytes48())) { _ = try cache.publicKey(Bytes48()) }
        }
        #expect(cache.count == 0)
    }
}
