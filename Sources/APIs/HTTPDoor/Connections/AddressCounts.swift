import NIOCore
import Synchronization

/// How much of one thing each IP address holds: connections of a door, or calls that wait.
public final class AddressCounts: Sendable {
    private let limit: Int
    private let limitsLoopback: Bool
    private let counts = Mutex<[String: Int]>([:])

    /// - Parameters:
    ///   - limit: of one address.
    ///   - limitsLoopback: whether this machine's own addresses are counted.
    public init(limit: Int, limitsLoopback: Bool) { (self.limit, self.limitsLoopback) = (limit, limitsLoopback) }

    convenience init(_ access: DoorAccess) { self.init(limit: access.connectionsPerAddress, limitsLoopback: access.limitsLoopback) }

    /// Counts one more.
    ///
    /// - Returns: false when the address holds as many as it may; then nothing is counted.
    public func open(_ address: String) -> Bool {
        guard limitsLoopback || !HostRule.isLoopback(address) else { return true }
        return counts.withLock { counts in
            let count = counts[address, default: 0]
            guard count < limit else { return false }
            counts[address] = count + 1
            return true
        }
    }

    /// Counts a connection until it is closed; one that comes from no address of IP is not counted.
    ///
    /// - Returns: false when its address holds as many as it may.
    func admit(_ channel: any Channel) -> Bool {
        guard let address = channel.remoteAddress?.ipAddress else { return true }
        guard open(address) else { return false }
        channel.closeFuture.whenComplete { [self] _ in close(address) }
        return true
    }

    /// Counts one less that ``open(_:)`` allowed.
    public func close(_ address: String) {
        counts.withLock { counts in
            guard let count = counts[address] else { return }
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}
