import CBlst
import Primitives
import Testing

@testable import BLS

/// Batches agree with their slow twin, one verification after another.
@Suite("BLS batches")
struct BatchTests {
    static func key(_ number: UInt8) throws -> SecretKey {
        try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [number])
    }

    /// Eleven sets: more than one Miller loop of blst holds.
    static func sets() throws -> [SignatureSet] {
        try (1...11).map { number in
            let message = SHA256.hash([UInt8(number)])
            let members = try (0...(number % 3)).map { try key(UInt8(number * 4 + $0)) }
            return SignatureSet(
                publicKeys: members.map(\.publicKey), message: message, signature: try BLS.aggregate(members.map { $0.sign(message) }))
        }
    }

    static func oneByOne(_ sets: [SignatureSet]) -> Bool {
        sets.allSatisfy { BLS.fastAggregateVerify(publicKeys: $0.publicKeys, message: $0.message, signature: $0.signature) }
    }

    @Test("true sets hold, with derived and with given scalars")
    func holds() throws {
        let sets = try Self.sets()
        #expect(Self.oneByOne(sets))
        #expect(BLS.verify(sets))
        #expect(BLS.verify([sets[0]]))
        #expect(BLS.verify([]))
        #expect(BLS.verify(sets, scalars: (1...11).map { UInt64.max - $0 }))
    }

    @Test("one false set anywhere fails the batch")
    func oneFalse() throws {
        for index in 0..<11 {
            var sets = try Self.sets()
            sets[index].message = SHA256.hash([0xff])
            #expect(!Self.oneByOne(sets))
            #expect(!BLS.verify(sets))
        }
    }

    @Test("errors that cancel in a plain sum do not cancel in a batch")
    func cancellingErrors() throws {
        var sets = try Self.sets()
        (sets[0].signature, sets[1].signature) = (sets[1].signature, sets[0].signature)
        #expect(!BLS.verify(sets))
        // With equal scalars they do cancel: the scalars are what protects.
        #expect(BLS.verify(sets, scalars: [UInt64](repeating: 7, count: 11)))
    }

    @Test("unusable scalars, keys and signatures")
    func unusable() throws {
        var sets = try Self.sets()
        #expect(!BLS.verify(sets, scalars: [1]))
        #expect(!BLS.verify(sets, scalars: [UInt64](repeating: 1, count: 10) + [0]))
        #expect(!BLS.verify([SignatureSet(publicKeys: [PublicKey](), message: .zero, signature: BLS.infinitySignature)]))
        sets[3].signature = Bytes96()
        #expect(!BLS.verify(sets))
        #expect(throws: BLSError.invalidPublicKey(Bytes48())) {
            _ = try SignatureSet(publicKeys: [Bytes48()], message: .zero, signature: BLS.infinitySignature)
        }
    }

    @Test("derived scalars depend on every part of every set")
    func derivedScalars() throws {
        let sets = try Self.sets()
        let scalars = BLS.derivedScalars(for: sets)
        #expect(Set(scalars).count == sets.count && !scalars.contains(0))
        for index in sets.indices {
            var changed = sets
            changed[index].signature = BLS.infinitySignature
            #expect(BLS.derivedScalars(for: changed)[0] != scalars[0])
            changed = sets
            changed[index].publicKeys.removeLast()
            #expect(BLS.derivedScalars(for: changed)[0] != scalars[0])
        }
    }
}

/// The pairwise sum of many keys agrees with adding one after another.
@Suite("Sums of public keys")
struct SumTests {
    func agree(_ keys: [PublicKey]) {
        var (fast, slow) = (BLS.sum(keys), BLS.sumOneByOne(keys))
        #expect(blst_p1_is_equal(&fast, &slow))
    }

    @Test("any number of keys", arguments: [0, 1, 2, 7, 8, 9, 16, 33, 100, 257])
    func counts(count: Int) throws {
        agree(try (0..<count).map { try BatchTests.key(UInt8(truncatingIfNeeded: $0 | 1)).publicKey })
    }

    @Test("equal keys and keys that cancel")
    func special() throws {
        let one = try BatchTests.key(1).publicKey
        let minusOne = try SecretKey(bytes: [UInt8](hex: "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000")).publicKey
        agree(Array(repeating: one, count: 20))
        let cancelling = (0..<16).map { $0 % 2 == 0 ? one : minusOne }
        agree(cancelling)
        agree(cancelling + [one])
        #expect(PublicKey(aggregating: cancelling) == nil)
        #expect(PublicKey(aggregating: cancelling + [one]) == one)
        agree(Array(cancelling.prefix(9)) + Array(repeating: minusOne, count: 3))
    }
}
