/// What a hub keeps files of.
public enum RepositoryKind: Sendable, Hashable {
    case model
    case dataset
}

/// The name of a model or data set on the hub: `ORG/NAME`.
public struct RepositoryID: Hashable, Sendable, CustomStringConvertible {
    public let kind: RepositoryKind
    public let organization: String
    public let name: String

    /// Reads `ORG/NAME`.
    public init(_ text: String, kind: RepositoryKind = .model) throws(HubError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isName) else { throw .badRepositoryID(text) }
        (organization, name) = (String(parts[0]), String(parts[1]))
        self.kind = kind
    }

    /// The path of its page: `ORG/NAME`, of a data set `datasets/ORG/NAME`.
    public var description: String {
        switch kind {
        case .model: "\(organization)/\(name)"
        case .dataset: "datasets/\(organization)/\(name)"
        }
    }

    /// The folder in the cache.
    public var folderName: String { "\(organization)--\(name)" }

    /// The hub's own rule: letters, digits, `-`, `_`, `.`; no `--` or `..`, neither first nor last.
    private static func isName(_ text: Substring) -> Bool {
        guard (1...96).contains(text.utf8.count), !text.contains("--"), !text.contains("..") else { return false }
        guard let first = text.first, let last = text.last, first != "-", first != ".", last != "-", last != "." else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    /// A branch, tag or commit that is safe to put into a path.
    static func checkRevision(_ text: String) throws(HubError) {
        let isPlain = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7f && !"\\?#%&".utf8.contains(byte)
        }
        guard (1...200).contains(text.utf8.count), isPlain, !text.contains(".."), !text.hasPrefix("/") else { throw .badRevision(text) }
    }
}

/// The name of a file inside a repository, checked so that it stays inside its folder.
public struct RemotePath: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let text: String

    /// Refuses names that are absolute, climb, hide, hold control characters or are too long.
    public init(_ text: String) throws(HubError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...1024).contains(text.utf8.count), parts.count <= 16 else { throw .unsafeFileName(Self.shown(text)) }
        for part in parts {
            let isSafe = part.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f && $0 != "\\" && $0 != ":" }
            guard (1...200).contains(part.utf8.count), part != ".", part != "..", isSafe else { throw .unsafeFileName(Self.shown(text)) }
        }
        self.text = text
    }

    public var description: String { text }
    public var isInFolder: Bool { text.contains("/") }
    public static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }

    private static func shown(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7f ? "?" : $0 }))
    }
}
