import NIOCore
import Synchronization

/// How many connections of one door each IP address holds.
final class ConnectionCounts: Sendable {
    private let limit: Int
    private let limitsLoopback: Bool
    private let counts = Mutex<[String: Int]>([:])

    init(_ access: DoorAccess) {
        limit = access.connectionsPerAddress
        limitsLoopback = access.limitsLoopback
    }

    /// Counts one more connection.
    ///
    /// - Returns: false when the address holds as many as it may; then nothing is counted.
    func open(_ address: String) -> Bool {
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
    func close(_ address: String) {
        counts.withLock { counts in
            guard let count = counts[address] else { return }
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}
