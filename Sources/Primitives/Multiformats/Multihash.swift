import Primitives

/// A self-describing hash (multiformats `multihash`): code, length, digest.
public struct Multihash: Hashable, Sendable {
    /// The hash functions that peer ids use.
    public enum Code: UInt64, Sendable {
        case identity = 0x00
        case sha256 = 0x12
    }

    public let code: Code
    public let digest: [UInt8]

    /// `data` itself when it has at most 42 bytes, its SHA-256 otherwise: libp2p's rule for peer ids.
    public init(peerKey data: [UInt8]) {
        if data.count <= 42 {
            (code, digest) = (.identity, data)
        } else {
            (code, digest) = (.sha256, SHA256.hash(data).bytes)
        }
    }

    /// Reads exactly the given bytes; `nil` for anything but an identity hash of at most 42 bytes or a SHA-256.
    public init?(bytes: [UInt8]) {
        var rest = bytes[...]
        guard let codeValue = try? Varint.decode(&rest), let code = Code(rawValue: codeValue),
            let length = try? Varint.decode(&rest), length == UInt64(rest.count),
            code == .sha256 ? length == 32 : length <= 42
        else { return nil }
        self.code = code
        digest = Array(rest)
    }

    public var bytes: [UInt8] { Varint.encode(code.rawValue) + Varint.encode(UInt64(digest.count)) + digest }
}
