public import Multiformats

/// An IP address and a port.
public struct NodeEndpoint: Hashable, Sendable, CustomStringConvertible {
    public var address: IPAddress
    public var port: UInt16

    public init(address: IPAddress, port: UInt16) { (self.address, self.port) = (address, port) }

    /// `192.0.2.1:30303` or `[2001:db8::1]:30303`.
    public var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}
