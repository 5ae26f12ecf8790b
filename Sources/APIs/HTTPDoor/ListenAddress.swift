/// Where a door listens.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name or an IP address. `0.0.0.0` is every IPv4 interface.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int

    /// This machine only, unless another host is named.
    public init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
