import Foundation

/// Where a beacon node's REST interface is: scheme, host and port, perhaps with a path before `/eth`.
struct RESTEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash at the end.
    let base: String
    /// The base without name and password, for messages.
    let description: String

    init(_ text: String) throws(RemoteBeaconNodeError) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            parts.host?.isEmpty == false, parts.query == nil, parts.fragment == nil
        else { throw .invalidURL(text) }
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        guard let base = parts.string else { throw .invalidURL(text) }
        self.base = base
        (parts.user, parts.password) = (nil, nil)
        description = parts.string ?? scheme
    }
}
