import NodeRecords
public import Primitives
import Secp256k1

extension Version4Machine {
    /// Nodes that are known beforehand: asked at once, and again whenever no other is left.
    public mutating func addBootNodes(_ nodes: [NodeContact], now: UInt64, unixTime: UInt64) {
        for node in nodes where node.nodeID != localID && bootNodes.count < 64 {
            bootNodes.removeAll { $0.nodeID == node.nodeID }
            bootNodes.append(node)
            ping(node, isCheck: false, now: now, unixTime: unixTime)
        }
    }

    /// Does what is due: ends questions without answer, checks nodes, looks for more. Call it a few times a second.
    public mutating func tick(now: UInt64, unixTime: UInt64) {
        for (address, ping) in pings where ping.deadline <= now {
            pings[address] = nil
            if ping.isCheck { table.failed(address.id, now: now) }
            if queries[address]?.stage == .proving { fail(address, now: now, unixTime: unixTime) }
        }
        for (address, request) in recordRequests where request.deadline <= now { recordRequests[address] = nil }
        for (address, time) in wantedRecords where time <= now { askForRecord(address, now: now, unixTime: unixTime) }
        for (address, query) in queries where query.deadline <= now {
            switch query.stage {
            // Its ping is not over yet, or was never sent.
            case .proving: fail(address, now: now, unixTime: unixTime)
            // It may know this node from before.
            case .waitingForPing: ask(query, now: now, unixTime: unixTime)
            case .asked: finish(address, now: now, unixTime: unixTime)
            }
        }
        check(now: now, unixTime: unixTime)
        search(now: now, unixTime: unixTime)
    }

    private mutating func check(now: UInt64, unixTime: UInt64) {
        let open = pings.values.count(where: \.isCheck)
        let busy = Set(pings.keys.lazy.map(\.id))
        guard let contact = upkeep.dueCheck(of: table, open: open, excluding: busy, configuration, now: now) else { return }
        ping(contact, isCheck: true, now: now, unixTime: unixTime)
    }

    private mutating func search(now: UInt64, unixTime: UInt64) {
        guard lookups.isEmpty, upkeep.isSearchDue(table, configuration, now: now) else { return }
        if table.liveCount == 0 {
            for node in bootNodes { ping(node, isCheck: false, now: now, unixTime: unixTime) }
            return
        }
        // One at a time: a node answers one question of this one's at once, and two lookups ask the same nodes.
        let elsewhere = looksElsewhere ? FixedBytes<64>(generator.randomBytes(64)) : nil
        lookup(elsewhere ?? key.publicKey.coordinates, now: now, unixTime: unixTime)
        looksElsewhere.toggle()
    }

    // MARK: Lookups

    /// Looks for the nodes nearest to a public key; a `.lookupEnded` event brings them.
    @discardableResult
    public mutating func lookup(_ target: FixedBytes<64>, now: UInt64, unixTime: UInt64) -> LookupID? {
        guard lookups.count < configuration.lookups else { return nil }
        nextLookup += 1
        let id = LookupID(number: nextLookup)
        let place = Keccak256.hash(target.bytes)
        let known = table.closest(to: place, count: NodeLookup.width, liveOnly: true)
        lookups[id] = (NodeLookup(target: place, localID: localID, from: known), target)
        advance(id, now: now, unixTime: unixTime)
        return id
    }

    private mutating func advance(_ id: LookupID, now: UInt64, unixTime: UInt64) {
        while let entry = lookups[id] {
            var lookup = entry.lookup
            let target = entry.target
            var isBlocked = false
            for contact in lookup.next() {
                let query = Query(
                    contact: contact, lookup: id, target: target, stage: .proving, deadline: now + 2 * configuration.requestTimeout)
                guard queries.count < configuration.requests, queries[contact.address] == nil else {
                    lookup.failed(contact.nodeID)
                    isBlocked = true
                    continue
                }
                queries[contact.address] = query
                if knowsThisNode(contact.address, now: now), hasProved(contact.address, now: now) {
                    ask(query, now: now, unixTime: unixTime)
                } else {
                    ping(contact, isCheck: false, now: now, unixTime: unixTime)
                }
            }
            lookups[id] = (lookup, target)
            if lookup.isFinished {
                lookups[id] = nil
                events.append(.lookupEnded(id, lookup.found))
                return
            }
            guard isBlocked else { return }
        }
    }

    /// Whether the other side has had this node's pong lately.
    func knowsThisNode(_ address: NodeAddress, now: UInt64) -> Bool {
        proofs[address]?.ping.map { $0 + Self.proofLifetime > now } ?? false
    }

    mutating func ask(_ query: Query, now: UInt64, unixTime: UInt64) {
        var query = query
        (query.stage, query.deadline) = (.asked, now + configuration.requestTimeout)
        queries[query.contact.address] = query
        send(.findNode(target: query.target, expires: unixTime + Self.packetLifetime), to: query.contact.endpoint)
    }

    /// Ends a question with what came, which may be less than sixteen nodes.
    mutating func finish(_ address: NodeAddress, now: UInt64, unixTime: UInt64) {
        guard let query = queries.removeValue(forKey: address) else { return }
        for contact in query.found { table.offer(contact, now: now) }
        if query.isAnswered {
            lookups[query.lookup]?.lookup.answered(address.id, with: query.found)
        } else {
            lookups[query.lookup]?.lookup.failed(address.id)
        }
        advance(query.lookup, now: now, unixTime: unixTime)
    }

    private mutating func fail(_ address: NodeAddress, now: UInt64, unixTime: UInt64) {
        guard let query = queries.removeValue(forKey: address) else { return }
        lookups[query.lookup]?.lookup.failed(address.id)
        advance(query.lookup, now: now, unixTime: unixTime)
    }
}
