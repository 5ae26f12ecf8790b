public import NodeRecords
public import Primitives

extension DiscoveryMachine {
    /// Nodes that are known beforehand: asked at once, and again whenever no other is left.
    public mutating func addBootNodes(_ nodes: [NodeContact], now: UInt64) {
        for node in nodes where node.nodeID != localID && bootNodes.count < 64 {
            bootNodes.removeAll { $0.nodeID == node.nodeID }
            bootNodes.append(node)
        }
        greetBootNodes(now: now)
    }

    private mutating func greetBootNodes(now: UInt64) {
        for node in bootNodes {
            // Without a record it can be asked, but not told to others.
            table.offer(node, now: now)
            let isOpen = requests.values.contains { $0.purpose == .record && $0.contact.nodeID == node.nodeID }
            if !isOpen { request(.findNode(newRequestID(), distances: [0]), of: node, for: .record, now: now) }
        }
    }

    /// Does what is due: ends requests without answer, checks nodes, looks for more. Call it a few times a second.
    public mutating func tick(now: UInt64) {
        expireRequests(now: now)
        forgetChallenges(now: now)
        checkNodes(now: now)
        search(now: now)
    }

    private mutating func checkNodes(now: UInt64) {
        let open = requests.values.count { $0.purpose == .liveness }
        let busy = Set(requests.values.lazy.filter { $0.purpose == .liveness || $0.purpose == .record }.map { $0.contact.nodeID })
        guard let contact = upkeep.dueCheck(of: table, open: open, excluding: busy, configuration, now: now) else { return }
        request(.ping(newRequestID(), recordSequence: record.sequence), of: contact, for: .liveness, now: now)
    }

    private mutating func search(now: UInt64) {
        guard lookups.isEmpty, upkeep.isSearchDue(table, configuration, now: now) else { return }
        if table.liveCount == 0 { greetBootNodes(now: now) }
        // Its own neighbours first, then somewhere else.
        lookup(localID, now: now)
        if let target = NodeID(generator.randomBytes(32)) { lookup(target, now: now) }
    }

    // MARK: Lookups

    /// Looks for the nodes nearest to `target`; a `.lookupEnded` event brings them. `nil` when too many lookups are under way.
    @discardableResult
    public mutating func lookup(_ target: NodeID, now: UInt64) -> LookupID? {
        guard lookups.count < configuration.lookups else { return nil }
        nextLookup += 1
        let id = LookupID(number: nextLookup)
        let known = table.closest(to: target, count: NodeLookup.width, liveOnly: false)
        lookups[id] = NodeLookup(target: target, localID: localID, from: known)
        advance(id, now: now)
        return id
    }

    /// Asks who is next in the lookup, or ends it.
    mutating func advance(_ id: LookupID, now: UInt64) {
        guard var lookup = lookups[id] else { return }
        var isBlocked = false
        for contact in lookup.next() {
            let distances = Self.distances(from: contact.nodeID, to: lookup.target)
            if request(.findNode(newRequestID(), distances: distances), of: contact, for: .lookup(id), now: now) == nil {
                lookup.failed(contact.nodeID)
                isBlocked = true
            }
        }
        lookups[id] = lookup
        if lookup.isFinished {
            lookups[id] = nil
            events.append(.lookupEnded(id, lookup.found))
        } else if isBlocked {
            advance(id, now: now)
        }
    }

    /// The distance between the two, and its neighbours: three distances are asked for at once.
    static func distances(from node: NodeID, to target: NodeID) -> [Int] {
        let own = NodeDistance(node, target).log2
        var distances = own > 0 ? [own] : []
        var step = 1
        while distances.count < 3 {
            if own + step <= 256 { distances.append(own + step) }
            if own - step > 0, distances.count < 3 { distances.append(own - step) }
            step += 1
        }
        return distances
    }
}
