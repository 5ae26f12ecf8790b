import Crypto

/// The checksum by which the hub names a file's content: SHA-256 of large files (LFS), git's blob id of small ones.
public enum FileDigest: Hashable, Sendable, CustomStringConvertible {
    case sha256(String)
    /// SHA-1 over `blob <length>`, a zero byte and the content.
    case gitBlob(String)

    /// The digest that 64 or 40 lower-case hexadecimal digits stand for.
    init?(hexadecimal text: String) {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
        switch text.utf8.count {
        case 64: self = .sha256(text)
        case 40: self = .gitBlob(text)
        default: return nil
        }
    }

    /// The digest an `ETag` or `X-Linked-Etag` names, with its quotes and the mark of a weak tag.
    init?(entityTag: String) {
        let bare = entityTag.hasPrefix("W/") ? entityTag.dropFirst(2) : entityTag[...]
        self.init(hexadecimal: bare.filter { $0 != "\"" })
    }

    public var hexadecimal: String {
        switch self {
        case .sha256(let text), .gitBlob(let text): text
        }
    }

    public var description: String {
        switch self {
        case .sha256(let text): "sha256:\(text)"
        case .gitBlob(let text): "git:\(text)"
        }
    }

    /// A hash of this kind over a file of `size` bytes, to be fed piece by piece.
    func hasher(size: UInt64) -> FileHasher {
        switch self {
        case .sha256: return .sha256(SHA256())
        case .gitBlob:
            var hash = Insecure.SHA1()
            hash.update(data: Array("blob \(size)".utf8) + [0])
            return .gitBlob(hash)
        }
    }
}

/// A running checksum.
enum FileHasher {
    case sha256(SHA256)
    case gitBlob(Insecure.SHA1)

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            self = .sha256(hash)
        case .gitBlob(var hash):
            hash.update(bufferPointer: bytes)
            self = .gitBlob(hash)
        }
    }

    func finish() -> FileDigest {
        func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
            digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        switch self {
        case .sha256(let hash): return .sha256(hexadecimal(hash.finalize()))
        case .gitBlob(let hash): return .gitBlob(hexadecimal(hash.finalize()))
        }
    }
}
