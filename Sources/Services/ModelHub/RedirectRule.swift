import Foundation

/// Follows redirects without any input or output: which address comes next, and whether the token may go there.
///
/// The hub answers a request for a large file with a redirect to storage on another host. The token is for the
/// hub alone: once the scheme, host or port changes it is left out, and stays out.
struct RedirectRule {
    static let limit = 8

    private(set) var url: URL
    /// Whether the request to ``url`` may carry the token.
    private(set) var mayCarryToken = true
    private var visited: Set<String>

    init(_ url: URL) {
        self.url = url
        visited = [url.absoluteString]
    }

    /// Whether `status` is a redirect.
    static func isRedirect(_ status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

    /// Takes the `Location` of a redirect from ``url``.
    mutating func follow(location: String?) throws(HubError) {
        guard let location, !location.isEmpty, let next = URL(string: location, relativeTo: url)?.absoluteURL, let host = next.host,
            next.scheme == "https" || next.scheme == "http"
        else { throw .malformedAnswer(url: Self.shown(url), reason: "it redirects to no address") }
        guard next.scheme == "https" || HubEndpoint.isLoopback(host) else {
            throw .unsafeRedirect(from: Self.shown(url), to: Self.shown(next))
        }
        guard visited.count < Self.limit, visited.insert(next.absoluteString).inserted else { throw .redirectLoop(url: Self.shown(url)) }
        if next.scheme != url.scheme || host.lowercased() != url.host?.lowercased() || next.port != url.port { mayCarryToken = false }
        url = next
    }

    /// An address without its query, in which storage hosts put signatures.
    static func shown(_ url: URL) -> String {
        let text = url.absoluteString
        return String(text.prefix { $0 != "?" })
    }
}
