import LoRA
import PeerIdentity
import Primitives
import Testing

@testable import UpdateCodec

@Suite struct UpdateContributorTests {
    let keys = (1...3).map { try? PeerKeyPair(seed: [UInt8](repeating: $0, count: 32)) }

    /// Metadata of an averaged update, its contributors in the order of their keys.
    func metadata(_ change: (inout [UpdateContributor]) -> Void = { _ in }) throws -> UpdateMetadata {
        var metadata = UpdateMetadata(
            baseModelRoot: SHA256.hash([1]), parentAdapterRoot: SHA256.hash([2]), trainer: .zero,
            publicKey: try #require(keys[0]).publicKey.message, steps: 3, round: 1, seed: 9, dataHash: .zero)
        var contributors = try keys.enumerated().map { number, key in
            try UpdateContributor(to: metadata, trainer: .zero, samples: UInt64(number) + 7, signer: #require(key))
        }.sorted { $0.key.rawBytes.lexicographicallyPrecedes($1.key.rawBytes) }
        change(&contributors)
        metadata.contributors = contributors
        return metadata
    }

    func file(_ metadata: UpdateMetadata) throws -> UpdateFile {
        let values = (0..<tinyLayout.valueCount).map { Float($0 % 3) - 1 }
        let update = try UpdateEncoder(metadata: metadata).encode(LoRADelta(layout: tinyLayout, values: values), codec: .sign1Bit)
        return try UpdateFile(update, metadata: metadata) { try #require(keys[0]).sign($0) }
    }

    @Test func namesWhoSigned() throws {
        let metadata = try metadata()
        let read = try UpdateFile(file(metadata).bytes)
        #expect(read.metadata == metadata && read.metadata.isAveraged)
        #expect(read.metadata.contributors.map(\.samples).sorted() == [7, 8, 9])
        try read.verify()
        var alone = metadata
        alone.contributors = []
        let plain = try file(alone)
        #expect(!plain.metadata.isAveraged && plain.metadata.entries(codec: .sign1Bit, signature: [])["contributors"] == nil)
        #expect(plain.bytes.count < read.bytes.count)
    }

    /// Who signed from another adapter, or other samples, has not signed this.
    @Test func refusesWhoDidNotSign() throws {
        var other = try metadata()
        other.parentAdapterRoot = SHA256.hash([3])
        let moved = try file(other)
        #expect(throws: UpdateFileError.badContributor(other.contributors[0].peer)) { try UpdateFile(moved.bytes).verify() }
        let forged = try metadata { contributors in
            var bytes = contributors[1].bytes
            bytes[63] ^= 1
            if let changed = UpdateContributor(bytes: bytes) { contributors[1] = changed }
        }
        let bytes = try file(forged).bytes
        #expect(throws: UpdateFileError.badContributor(forged.contributors[1].peer)) { try UpdateFile(bytes).verify() }
    }

    @Test func readsOneFormOnly() throws {
        let changes: [(inout [UpdateContributor]) -> Void] = [
            { $0.reverse() }, { $0.append($0[2]) }, { $0 = [UpdateContributor](repeating: $0[0], count: 17) },
        ]
        for (number, change) in changes.enumerated() {
            let bytes = try file(metadata(change)).bytes
            #expect(throws: UpdateFileError.self, "case \(number)") { try UpdateFile(bytes) }
        }
        let one = try metadata().contributors[0].bytes
        #expect(one.count == UpdateContributor.byteCount && UpdateContributor(bytes: one)?.bytes == one)
        let others: [[UInt8]] = [[], Array(one.dropLast()), one + [0], [0x08, 0x00] + Array(one.dropFirst(2))]
        for bytes in others { #expect(UpdateContributor(bytes: bytes) == nil) }
        #expect(throws: UpdateFileError.self) { try UpdateMetadata.contributors("0x") }
        #expect(throws: UpdateFileError.self) { try UpdateMetadata.contributors("zz") }
        #expect(try UpdateMetadata.contributors(nil).isEmpty)
    }
}
