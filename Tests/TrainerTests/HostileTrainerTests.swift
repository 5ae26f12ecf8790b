import ContentRouting
import Foundation
import LoRA
import ModelFiles
import PeerIdentity
import Primitives
import Testing
import TinyModels
import UpdateCodec

@testable import Trainer

@Suite struct ForgedUpdateTests {
    private let parent = SHA256.hash([1])

    private func layout() throws -> LoRALayout { LoRALayout(model: try #require(TinyModel(named: "llama")).configuration) }
    private func key(_ number: UInt8) throws -> PeerKeyPair { try PeerKeyPair(seed: [UInt8](repeating: number, count: 32)) }

    private func verify(_ file: UpdateFile) throws {
        try file.check(baseModelRoot: .zero, parentAdapterRoot: parent)
        try file.verify()
    }

    @Test func forgeriesAreWellSignedAndWrongInOneThing() throws {
        let layout = try layout()
        let original = try ForgedUpdate.random(baseModelRoot: .zero, parent: parent, layout: layout, key: key(1), rewardAddress: .zero)
        let file = try UpdateFile(original)
        try verify(file)
        let address = try #require(Address(repeatElement(7, count: 20)))

        let copy = try UpdateFile(try ForgedUpdate.copy(of: file, key: key(2), rewardAddress: address))
        try verify(copy)
        #expect(copy.id != file.id)
        #expect(copy.metadata.trainer == address)
        #expect(try copy.delta(layout: layout) == file.delta(layout: layout))

        let spoiled = try UpdateFile(try ForgedUpdate.withNaN(original, key: key(1)))
        try verify(spoiled)
        #expect(throws: UpdateFileError.self) { try spoiled.delta(layout: layout) }
    }

    @Test func anAddressTakenOverBreaksTheSignature() throws {
        let bytes = try ForgedUpdate.random(baseModelRoot: .zero, parent: parent, layout: layout(), key: key(1), rewardAddress: .zero)
        let own = "\"trainer\":\"" + [UInt8](repeating: 0, count: 20).hex
        let other = "\"trainer\":\"" + [UInt8](repeating: 9, count: 20).hex
        let text = String(decoding: bytes, as: UTF8.self)
        let range = try #require(text.range(of: own))
        let offset = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
        // The header is ASCII before the address, so offsets agree.
        var stolen = bytes
        stolen.replaceSubrange(offset..<offset + own.utf8.count, with: Array(other.utf8))
        let file = try UpdateFile(stolen)
        #expect(file.metadata.trainer.bytes == [UInt8](repeating: 9, count: 20))
        #expect(throws: UpdateFileError.badSignature) { try verify(file) }
    }
}
