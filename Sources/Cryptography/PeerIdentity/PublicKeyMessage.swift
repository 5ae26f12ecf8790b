import Multiformats

/// The protobuf message `PublicKey {1: KeyType Type, 2: bytes Data}` (libp2p specs, peer-ids), in its deterministic
/// form: both fields, in order, minimal varints.
enum PublicKeyMessage {
    static let ed25519Type: UInt64 = 1

    static func encode(type: UInt64, data: [UInt8]) -> [UInt8] {
        [0x08] + Varint.encode(type) + [0x12] + Varint.encode(UInt64(data.count)) + data
    }

    /// Type and data, or `nil` where the bytes are not the deterministic form.
    static func decode(_ bytes: [UInt8]) -> (type: UInt64, data: [UInt8])? {
        var rest = bytes[...]
        guard rest.popFirst() == 0x08, let type = try? Varint.decode(&rest), rest.popFirst() == 0x12,
            let length = try? Varint.decode(&rest), length == UInt64(rest.count)
        else { return nil }
        return (type, Array(rest))
    }
}
