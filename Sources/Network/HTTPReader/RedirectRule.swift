public import Foundation

/// Follows redirects without any input or output: which address comes next, and whether a secret may go there.
///
/// A hub answers a request for a large file with a redirect to storage on another host. Its token is for the hub alone: once
/// the scheme, host or port changes it is left out, and stays out.
public struct RedirectRule: Sendable {
    public static let limit = 8

    public private(set) var url: URL
    /// Whether the request to ``url`` may carry what was meant for the first host.
    public private(set) var mayCarrySecret = true
    private var visited: Set<String>

    public init(_ url: URL) {
        self.url = url
        visited = [url.absoluteString]
    }

    init(_ text: String) throws(HTTPReadError) {
        guard let url = URL(string: text), url.host?.isEmpty == false else { throw .unreachable(reason: "no such address") }
        self.init(url)
    }

    /// Whether `status` is a redirect.
    public static func isRedirect(_ status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

    /// Takes the `Location` of a redirect from ``url``.
    public mutating func follow(location: String?) throws(HTTPReadError) {
        guard let location, !location.isEmpty, let next = URL(string: location, relativeTo: url)?.absoluteURL, let host = next.host,
            next.scheme == "https" || next.scheme == "http"
        else { throw .badRedirect(from: Self.shown(url)) }
        guard next.scheme == "https" || Self.isLoopback(host) else {
            throw .unsafeRedirect(from: Self.shown(url), to: Self.shown(next))
        }
        guard visited.count < Self.limit, visited.insert(next.absoluteString).inserted else { throw .redirectLoop(Self.shown(url)) }
        if next.scheme != url.scheme || host.lowercased() != url.host?.lowercased() || next.port != url.port { mayCarrySecret = false }
        url = next
    }

    /// An address without its query, in which storage hosts put signatures.
    public static func shown(_ url: URL) -> String { String(url.absoluteString.prefix { $0 != "?" }) }

    /// Whether a host's name or address is this machine.
    public static func isLoopback(_ host: String) -> Bool { ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) }
}
