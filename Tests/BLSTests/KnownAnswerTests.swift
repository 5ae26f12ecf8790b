import BLS
import Primitives
import Testing

/// Answers of py_ecc.
@Suite("BLS known answers")
struct KnownAnswerTests {
    let vectors: Vectors

    init() throws { vectors = try Vectors.load() }

    @Test("public keys and signatures")
    func sign() throws {
        #expect(vectors.sign.count == 8)
        for vector in vectors.sign {
            let key = try SecretKey(bytes: [UInt8](hex: vector.secret))
            let message = try Hash32(hex: vector.message)
            let signature = key.sign(message)
            #expect(key.publicKey.bytes.hex == vector.public)
            #expect(signature.hex == vector.signature)
            #expect(BLS.verify(publicKey: key.publicKey.bytes, message: message, signature: signature))
            #expect(try Signature(signature).bytes == signature)
            #expect(key.withSecretBytes { $0.hex } == vector.secret)
        }
    }

    @Test("a signature holds for its own key and message only")
    func mismatches() throws {
        for (index, vector) in vectors.sign.enumerated() {
            let other = vectors.sign[(index + 1) % vectors.sign.count]
            let signature = try Bytes96(hex: vector.signature)
            #expect(!BLS.verify(publicKey: try Bytes48(hex: other.public), message: try Hash32(hex: vector.message), signature: signature))
            #expect(!BLS.verify(publicKey: try Bytes48(hex: vector.public), message: try Hash32(hex: other.message), signature: signature))
        }
    }

    @Test("sums of keys and of signatures")
    func sums() throws {
        for vector in vectors.sums {
            #expect(try BLS.ethAggregatePublicKeys(Bytes48.parsing(vector.keys)).hex == vector.aggregate)
        }
        for vector in vectors.aggregates {
            #expect(try BLS.aggregate(vector.signatures.map { try Bytes96(hex: $0) }).hex == vector.aggregate)
        }
    }

    @Test("FastAggregateVerify")
    func fastAggregateVerify() throws {
        for vector in vectors.fastAggregateVerify {
            let keys = try Bytes48.parsing(vector.keys)
            let message = try Hash32(hex: vector.message)
            let signature = try Bytes96(hex: vector.signature)
            #expect(BLS.fastAggregateVerify(publicKeys: keys, message: message, signature: signature) == vector.valid, "\(vector.name)")
            #expect(BLS.ethFastAggregateVerify(publicKeys: keys, message: message, signature: signature) == vector.valid, "\(vector.name)")
        }
        #expect(Set(vectors.fastAggregateVerify.map(\.valid)).count == 2)
    }

    @Test("AggregateVerify")
    func aggregateVerify() throws {
        for vector in vectors.aggregateVerify {
            let keys = try Bytes48.parsing(vector.keys)
            let messages = try vector.messages.map { try Hash32(hex: $0) }
            let signature = try Bytes96(hex: vector.signature)
            #expect(BLS.aggregateVerify(publicKeys: keys, messages: messages, signature: signature) == vector.valid)
            #expect(!BLS.aggregateVerify(publicKeys: keys, messages: messages.dropLast(), signature: signature))
        }
        #expect(!BLS.aggregateVerify(publicKeys: [], messages: [], signature: BLS.infinitySignature))
    }
}
