import NodeRecords
import Primitives

/// When the nodes of a table are checked, and others are looked for. Pure: times are milliseconds of a clock that only goes forward.
struct TableUpkeep: Sendable {
    /// Checks that may wait for their answers.
    static let openChecks = 8

    private var nextCheck: UInt64 = 0
    private var nextLiveCheck: UInt64 = 0
    private var nextSearch: UInt64 = 0

    /// The node that is to be checked now.
    ///
    /// - Parameters:
    ///   - open: checks under way. What strangers make this node ask is none: they could stop the checks by it.
    ///   - busy: nodes that are being asked something already.
    mutating func dueCheck(
        of table: NodeTable, open: Int, excluding busy: Set<NodeID>, _ configuration: DiscoveryConfiguration, now: UInt64
    ) -> NodeContact? {
        guard now >= nextCheck, open < Self.openChecks else { return nil }
        let mayCheckLive = now >= nextLiveCheck
        let bound = mayCheckLive && now > configuration.liveCheckAge ? now - configuration.liveCheckAge : 0
        guard let contact = table.nextCheck(excluding: busy, before: bound) else { return nil }
        nextCheck = now + configuration.newCheckInterval
        if table.isLive(contact.nodeID) { nextLiveCheck = now + configuration.liveCheckInterval }
        return contact
    }

    /// Whether it is time to look for more nodes; if so, the next time is set.
    mutating func isSearchDue(_ table: NodeTable, _ configuration: DiscoveryConfiguration, now: UInt64) -> Bool {
        guard now >= nextSearch else { return false }
        let isPoor = table.liveCount < configuration.enough
        nextSearch = now + (isPoor ? configuration.searchInterval : configuration.refreshInterval)
        return true
    }

    /// A node of the table is live that was not: the first one is asked for more at once.
    mutating func becameLive(in table: NodeTable, now: UInt64) {
        if table.liveCount == 1 { nextSearch = min(nextSearch, now) }
    }
}
