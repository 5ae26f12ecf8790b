import LoRA
import ModelFiles
import PeerIdentity
import Primitives
import UpdateCodec

/// Update files as a hostile trainer writes them: correctly signed, wrong in one thing.
enum ForgedUpdate {
    /// An update of random signs.
    static func random(
        baseModelRoot: Hash32, parent: Hash32, layout: LoRALayout, key: PeerKeyPair, rewardAddress: Address
    ) throws -> [UInt8] {
        let metadata = UpdateMetadata(
            baseModelRoot: baseModelRoot, parentAdapterRoot: parent, trainer: rewardAddress, publicKey: key.publicKey.message, steps: 10,
            round: 0, seed: 0, dataHash: .zero)
        let noise = LoRAMatrixA.draw(baseModelRoot: parent, name: key.peerID.description, rows: 1, columns: layout.valueCount)
        let delta = try LoRADelta(layout: layout, values: noise.map { $0 * 0.01 })
        let encoded = try UpdateEncoder(metadata: metadata).encode(delta, codec: .sign1Bit)
        return try UpdateFile(encoded, metadata: metadata) { try key.sign($0) }.bytes
    }

    /// The same change under another key and address.
    static func copy(of file: UpdateFile, key: PeerKeyPair, rewardAddress: Address) throws -> [UInt8] {
        try rewrite(file.bytes, key: key) { metadata, _ in
            metadata["public_key"] = key.publicKey.message.hex
            metadata["trainer"] = rewardAddress.bytes.hex
        }
    }

    /// The file with a NaN as the first of every 16-bit number series.
    static func withNaN(_ file: [UInt8], key: PeerKeyPair) throws -> [UInt8] {
        try rewrite(file, key: key) { _, tensors in
            for index in tensors.indices where tensors[index].type == .f16 && tensors[index].bytes.count >= 2 {
                (tensors[index].bytes[0], tensors[index].bytes[1]) = (0x00, 0x7e)
            }
        }
    }

    private struct Tensor {
        let name: String
        let type: SafetensorsType
        let shape: [Int]
        var bytes: [UInt8]
    }

    /// Writes the file again with changes, and signs it.
    private static func rewrite(
        _ bytes: [UInt8], key: PeerKeyPair, change: (inout [String: String], inout [Tensor]) -> Void
    ) throws -> [UInt8] {
        let file = try SafetensorsFile(FileBytes(bytes))
        var metadata = file.metadata
        var tensors = file.tensors.map { tensor in
            Tensor(name: tensor.name, type: tensor.type, shape: tensor.shape, bytes: file.withBytes(of: tensor) { [UInt8]($0) })
        }
        change(&metadata, &tensors)
        func written() -> [UInt8] {
            var writer = SafetensorsWriter(metadata: metadata)
            for tensor in tensors { writer.add(tensor.name, type: tensor.type, shape: tensor.shape, bytes: tensor.bytes) }
            return writer.serialized()
        }
        metadata["signature"] = try key.sign(UpdateFile(written()).signedMessage).hex
        return written()
    }
}
