/// From which web pages a WebSocket may be opened; geth's `--ws.origins`.
///
/// A browser lets any page open a WebSocket and read it, so that a door has to ask where the page came from. Programs send no
/// origin and are let in.
public struct OriginList: Sendable, Hashable {
    private struct Rule: Hashable {
        var scheme: String?
        var host: String
        var port: String?
    }

    /// `nil` for every origin.
    private let rules: [Rule]?

    /// - Parameter origins: as `https://a.example`, `a.example` or `a.example:8080`; what a rule leaves out may be anything. `*`
    ///   is every origin. None stands for pages of this machine.
    public init(_ origins: [String] = []) {
        let given = origins.isEmpty ? ["localhost", "127.0.0.1", "[::1]"] : origins
        rules = given.contains("*") ? nil : given.map(Self.rule)
    }

    public func allows(_ origin: String?) -> Bool {
        guard let rules, let origin else { return true }
        let asked = Self.rule(origin)
        return rules.contains { rule in
            (rule.scheme == nil || rule.scheme == asked.scheme) && rule.host == asked.host && (rule.port == nil || rule.port == asked.port)
        }
    }

    private static func rule(_ text: String) -> Rule {
        var rest = text.lowercased()[...]
        var rule = Rule(host: "")
        if let mark = rest.firstIndex(of: ":"), rest[mark...].hasPrefix("://") {
            rule.scheme = String(rest[..<mark])
            rest = rest[rest.index(mark, offsetBy: 3)...]
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        // An IPv6 address stands in brackets.
        if let colon = rest.lastIndex(of: ":"), rest[colon...].allSatisfy({ $0 != "]" }) {
            rule.port = String(rest[rest.index(after: colon)...])
            rest = rest[..<colon]
        }
        rule.host = String(rest)
        return rule
    }
}
