import Crypto
import Foundation
import LoRA
import Primitives
import Testing
import UpdateCodec

private struct Expected: Decodable {
    let id: String
    let delta: String
    let modules: Int
}

@Suite struct UpdateFileTests {
    @Test(arguments: UpdateEncoding.allCases)
    func decodesFilesWrittenFromTheDescription(codec: UpdateEncoding) throws {
        let expected = try #require(
            JSONDecoder().decode([String: Expected].self, from: Data(vectorBytes("updates.json")))[codec.rawValue])
        let file = try UpdateFile(vectorBytes("\(codec.rawValue).safetensors"))
        #expect(file.codec == codec)
        #expect(file.metadata == metadata)
        #expect(file.id.bytes.bareHex == expected.id)
        let delta = try file.delta(layout: tinyLayout)
        #expect(Primitives.SHA256.hash(delta.bytes).bytes.bareHex == expected.delta)
        // The vectors' signature is a digest, which says that the signed message is right, and no key's.
        #expect(file.signature == digestSignature(file.signedMessage))
        #expect(throws: UpdateFileError.badSignature) { try file.verify() }
    }

    @Test(arguments: UpdateEncoding.allCases)
    func writesWhatItReads(codec: UpdateEncoding) throws {
        let change = try change(tinyLayout, seed: 1)
        let update = try UpdateEncoder(metadata: metadata).encode(change, codec: codec)
        let file = try UpdateFile(update, metadata: metadata, sign: digestSignature)
        let read = try UpdateFile(file.bytes)
        #expect(read.metadata == metadata)
        #expect(read.id == file.id)
        #expect(read.signature == file.signature)
        #expect(try read.delta(layout: tinyLayout) == update.delta)
        #expect(Primitives.SHA256.hash(file.bytes) == read.id)
        // What is read and what is left make the change.
        for (index, value) in change.values.enumerated() {
            #expect(
                abs(update.delta.values[index] + update.residual.values[index] - value) <= 1e-7
                    * (abs(value) + abs(update.delta.values[index])))
        }
    }

    @Test func signatureCoversEverythingElse() throws {
        let change = try change(tinyLayout, seed: 2)
        let update = try UpdateEncoder(metadata: metadata).encode(change, codec: .sign1Bit)
        let message = try UpdateFile(update, metadata: metadata, sign: digestSignature).signedMessage
        var messages: Set<[UInt8]> = [message]
        var changed = metadata
        let edits: [(inout UpdateMetadata) -> Void] = [
            { $0.baseModelRoot = .zero }, { $0.parentAdapterRoot = .zero }, { $0.trainer = .zero }, { $0.publicKey[5] ^= 1 },
            { $0.steps += 1 }, { $0.round += 1 }, { $0.seed -= 1 }, { $0.dataHash = .zero }, { $0.recipe += "!" },
        ]
        for edit in edits {
            changed = metadata
            edit(&changed)
            messages.insert(try UpdateFile(update, metadata: changed, sign: digestSignature).signedMessage)
        }
        let other = try UpdateEncoder(metadata: metadata).encode(changeAfterFlipping(tinyLayout, 7), codec: .sign1Bit)
        messages.insert(try UpdateFile(other, metadata: metadata, sign: digestSignature).signedMessage)
        #expect(messages.count == edits.count + 2)
        // But not itself, so that it can be made.
        #expect(try UpdateFile(update, metadata: metadata) { _ in [1, 2, 3] }.signedMessage == message)
    }

    private func changeAfterFlipping(_ layout: LoRALayout, _ index: Int) throws -> LoRADelta {
        var values = try change(layout, seed: 2).values
        values[index].negate()
        return try LoRADelta(layout: layout, values: values)
    }

    @Test func checksTheChainsRoots() throws {
        let file = try UpdateFile(vectorBytes("sign-1bit.safetensors"))
        try file.check(baseModelRoot: metadata.baseModelRoot, parentAdapterRoot: metadata.parentAdapterRoot)
        #expect(throws: UpdateFileError.wrongBaseModel(expected: .zero, actual: metadata.baseModelRoot)) {
            try file.check(baseModelRoot: .zero, parentAdapterRoot: metadata.parentAdapterRoot)
        }
        #expect(throws: UpdateFileError.wrongParent(expected: .zero, actual: metadata.parentAdapterRoot)) {
            try file.check(baseModelRoot: metadata.baseModelRoot, parentAdapterRoot: .zero)
        }
    }
}
