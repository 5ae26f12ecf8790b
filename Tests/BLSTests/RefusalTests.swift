import BLS
import Primitives
import Testing

/// Malformed keys and signatures are refused, by their own error or as "does not verify".
@Suite("BLS refusals")
struct RefusalTests {
    let vectors: Vectors
    let good: Vectors.Sign

    init() throws {
        vectors = try Vectors.load()
        good = try #require(vectors.sign.first)
    }

    @Test("bad public keys")
    func publicKeys() throws {
        let message = try Hash32(hex: good.message)
        for vector in vectors.badKeys {
            let bytes = try Bytes48(hex: vector.bytes)
            #expect(throws: BLSError.invalidPublicKey(bytes), "\(vector.name)") { _ = try PublicKey(bytes) }
            #expect(throws: BLSError.invalidPublicKey(bytes), "\(vector.name)") { _ = try BLS.ethAggregatePublicKeys([bytes]) }
            #expect(!BLS.keyValidate(bytes), "\(vector.name)")
            #expect(!BLS.verify(publicKey: bytes, message: message, signature: BLS.infinitySignature), "\(vector.name)")
            #expect(!BLS.fastAggregateVerify(publicKeys: [bytes], message: message, signature: BLS.infinitySignature), "\(vector.name)")
            #expect(!BLS.aggregateVerify(publicKeys: [bytes], messages: [message], signature: BLS.infinitySignature), "\(vector.name)")
        }
        #expect(BLS.keyValidate(try Bytes48(hex: good.public)))
    }

    @Test("bad signatures")
    func signatures() throws {
        let key = try Bytes48(hex: good.public)
        for vector in vectors.badSignatures {
            let bytes = try Bytes96(hex: vector.bytes)
            #expect(throws: BLSError.invalidSignature(bytes), "\(vector.name)") { _ = try Signature(bytes) }
            #expect(throws: BLSError.invalidSignature(bytes), "\(vector.name)") { _ = try BLS.aggregate([bytes]) }
            #expect(!BLS.verify(publicKey: key, message: try Hash32(hex: good.message), signature: bytes), "\(vector.name)")
        }
    }

    @Test("infinity is a signature of nobody only")
    func infinity() throws {
        let key = try Bytes48(hex: good.public)
        let message = try Hash32(hex: good.message)
        #expect(try Signature(BLS.infinitySignature).isInfinity)
        #expect(try !Signature(Bytes96(hex: good.signature)).isInfinity)
        #expect(try BLS.aggregate([BLS.infinitySignature]) == BLS.infinitySignature)
        #expect(!BLS.verify(publicKey: key, message: message, signature: BLS.infinitySignature))
        #expect(!BLS.fastAggregateVerify(publicKeys: [Bytes48](), message: message, signature: BLS.infinitySignature))
        #expect(BLS.ethFastAggregateVerify(publicKeys: [], message: message, signature: BLS.infinitySignature))
        #expect(!BLS.ethFastAggregateVerify(publicKeys: [], message: message, signature: try Bytes96(hex: good.signature)))
        #expect(!BLS.ethFastAggregateVerify(publicKeys: [key], message: message, signature: BLS.infinitySignature))
    }

    @Test("aggregates of nothing")
    func nothing() {
        #expect(throws: BLSError.nothingToAggregate) { _ = try BLS.aggregate([]) }
        #expect(throws: BLSError.nothingToAggregate) { _ = try BLS.ethAggregatePublicKeys([]) }
    }

    @Test("secret keys outside their range, and their secrecy")
    func secretKeys() throws {
        let order = "0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001"
        for bytes in [[UInt8](repeating: 0, count: 32), try [UInt8](hex: order), [UInt8](repeating: 0xff, count: 32)] {
            #expect(throws: BLSError.secretKeyOutOfRange) { _ = try SecretKey(bytes: bytes) }
        }
        for count in [0, 31, 33] {
            #expect(throws: BLSError.secretKeyLength(count)) { _ = try SecretKey(bytes: [UInt8](repeating: 1, count: count)) }
        }
        let key = try SecretKey(bytes: [UInt8](hex: good.secret))
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] { #expect(text.contains("redacted") && !text.contains("0x")) }
    }
}
