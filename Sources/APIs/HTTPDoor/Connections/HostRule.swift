import NIOCore

/// The names by which requests may call a door. A web page whose name was made to point at this machine (DNS rebinding)
/// calls it by that name, and is refused.
struct HostRule: Sendable {
    /// In lower case; `nil` for every name.
    private let names: Set<String>?

    init(_ access: DoorAccess, listeningOn host: String) {
        let given = access.virtualHosts ?? (Self.isLoopback(host) ? [] : ["*"])
        names = given.contains("*") ? nil : Set(given.map { $0.lowercased() } + ["localhost", host.lowercased()])
    }

    /// - Parameter value: of a `Host` header, perhaps with a port.
    func allows(_ value: String) -> Bool {
        guard let names else { return true }
        let name = Self.name(in: value)
        return Self.isAddress(name) || names.contains(name)
    }

    /// The name without port, brackets and the root's dot, in lower case.
    private static func name(in value: String) -> String {
        var name = value.lowercased()[...]
        if name.hasPrefix("["), let end = name.firstIndex(of: "]") { return String(name[name.index(after: name.startIndex)..<end]) }
        if let colon = name.lastIndex(of: ":") { name = name[..<colon] }
        if name.hasSuffix(".") { name.removeLast() }
        return String(name)
    }

    private static func isAddress(_ name: String) -> Bool { (try? SocketAddress(ipAddress: name, port: 0)) != nil }

    static func isLoopback(_ host: String) -> Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
