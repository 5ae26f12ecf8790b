import Primitives
import Secp256k1
import Testing

@Suite struct Secp256k1Tests {
    /// The generator: the public key of the private key 1.
    @Test func knownKeys() throws {
        let one = try Secp256k1PrivateKey(UInt256.one.bigEndianHash)
        #expect(one.publicKey.compressed.bareHex == "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
        #expect(one.address.checksummed == "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")
        #expect("\(one)" == "Secp256k1PrivateKey(redacted)")
    }

    /// The signature of EIP-155's example.
    @Test func knownSignature() throws {
        let key = try Secp256k1PrivateKey(Hash32(hex: String(repeating: "46", count: 32)))
        let digest = try Hash32(hex: "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53")
        let signature = key.sign(digest)
        #expect(signature.r == UInt256(decimal: "18515461264373351373200002665853028612451056578545711640558177340181847433846"))
        #expect(signature.s == UInt256(decimal: "46948507304638947509940763649030358759909902576025900602547168820602576006531"))
        #expect(signature.recoveryID == 0)
        #expect(try signature.recover(digest) == key.publicKey)
        #expect(try signature.verify(digest, by: key.publicKey))
    }

    @Test func bothEndsShareASecret() throws {
        let a = try Secp256k1PrivateKey(UInt256(7).bigEndianHash)
        let b = try Secp256k1PrivateKey(UInt256(11).bigEndianHash)
        let product = try Secp256k1PrivateKey(UInt256(77).bigEndianHash)
        #expect(try a.sharedX(with: b.publicKey) == b.sharedX(with: a.publicKey))
        #expect(try a.sharedX(with: b.publicKey).bytes == Array(product.publicKey.coordinates.bytes.prefix(32)))
    }

    @Test func badInputIsRefusedByName() throws {
        #expect(throws: Secp256k1Error.invalidPrivateKey) { try Secp256k1PrivateKey(.zero) }
        #expect(throws: Secp256k1Error.invalidPrivateKey) { try Secp256k1PrivateKey(Secp256k1Signature.order.bigEndianHash) }
        #expect(throws: Secp256k1Error.invalidPublicKey) { try Secp256k1PublicKey([2] + [UInt8](repeating: 0xff, count: 32)) }
        #expect(throws: Secp256k1Error.invalidPublicKey) { try Secp256k1PublicKey([]) }
        let digest = Keccak256.hash([1])
        #expect(throws: Secp256k1Error.invalidRecoveryID(4)) {
            try Secp256k1Signature(r: 1, s: 1, recoveryID: 4).recover(digest)
        }
        #expect(throws: Secp256k1Error.invalidSignature) {
            try Secp256k1Signature(r: Secp256k1Signature.order, s: 1, recoveryID: 0).recover(digest)
        }
        #expect(throws: Secp256k1Error.notRecoverable) { try Secp256k1Signature(r: 1, s: 0, recoveryID: 0).recover(digest) }
        let key = try Secp256k1PrivateKey(UInt256(7).bigEndianHash)
        var high = key.sign(digest)
        high.s = Secp256k1Signature.order &- high.s
        #expect(try !high.verify(digest, by: key.publicKey))
        #expect(high.s > Secp256k1Signature.halfOrder)
    }
}
