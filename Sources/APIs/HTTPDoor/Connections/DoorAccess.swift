/// Who may use a door: from which web pages, under which names, and with how many connections.
public struct DoorAccess: Sendable, Hashable {
    /// Origins whose web pages may read the answers (CORS); `*` is every one.
    public var origins: [String]
    /// Names by which a request may call this door in its `Host` header, beside `localhost` and every IP address; `*` is every
    /// one, `nil` the default: no other name on a loopback address, every name elsewhere.
    public var virtualHosts: [String]?
    /// Connections that one IP address may hold at once.
    public var connectionsPerAddress: Int
    /// Whether that holds for this machine too. A proxy here needs more.
    public var limitsLoopback: Bool

    public init(
        origins: [String] = ["*"], virtualHosts: [String]? = nil, connectionsPerAddress: Int = 256, limitsLoopback: Bool = true
    ) {
        self.origins = origins
        self.virtualHosts = virtualHosts
        self.connectionsPerAddress = connectionsPerAddress
        self.limitsLoopback = limitsLoopback
    }
}
