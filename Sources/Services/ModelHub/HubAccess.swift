import HTTPReader
public import Foundation

/// A secret that lets its holder fetch gated models. It never shows itself.
public struct HubToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let secret: String

    /// `nil` for an empty text and for one that does not fit into a header line.
    public init?(_ text: String?) {
        guard let text, !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        secret = text
    }

    public var description: String { "HubToken(redacted)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Where the hub is, and what is said to it.
public struct HubEndpoint: Sendable {
    public let url: URL

    /// The public hub.
    public static let standardAddress = "https://huggingface.co"

    /// Reads an address such as `https://host` or `http://127.0.0.1:8080/mirror`; the public hub when `nil` or empty.
    public init(_ text: String?) throws(HubError) {
        var address = text ?? ""
        if address.isEmpty { address = Self.standardAddress }
        while address.hasSuffix("/") { address.removeLast() }
        guard let url = URL(string: address), let host = url.host, !host.isEmpty, url.query == nil, url.user == nil,
            url.scheme == "https" || (url.scheme == "http" && RedirectRule.isLoopback(host))
        else { throw .badEndpoint(address) }
        self.url = url
    }

    /// What messages call it.
    public var host: String { url.host ?? "" }

    /// `/api/models/{id}/revision/{rev}`; of a data set `/api/datasets/{id}/…`.
    func revision(_ id: RepositoryID, _ revision: String) throws(HubError) -> URL {
        try address("\(Self.interface(of: id))/revision/\(Self.escaped(revision))")
    }

    /// `/api/models/{id}/tree/{rev}?recursive=true`; of a data set `/api/datasets/{id}/…`.
    func tree(_ id: RepositoryID, _ revision: String) throws(HubError) -> URL {
        try address("\(Self.interface(of: id))/tree/\(Self.escaped(revision))?recursive=true")
    }

    /// `/{id}/resolve/{rev}/{file}`; of a data set `/datasets/{id}/…`.
    func file(_ id: RepositoryID, _ revision: String, _ path: RemotePath) throws(HubError) -> URL {
        let parts = path.text.split(separator: "/").map { Self.escaped(String($0)) }
        return try address("/\(id)/resolve/\(Self.escaped(revision))/\(parts.joined(separator: "/"))")
    }

    private static func interface(of id: RepositoryID) -> String { id.kind == .model ? "/api/models/\(id)" : "/api/\(id)" }

    private func address(_ path: String) throws(HubError) -> URL {
        guard let url = URL(string: url.absoluteString + path) else { throw .badEndpoint(url.absoluteString + path) }
        return url
    }

    /// One path component, with everything but unreserved characters as %XX.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
