import NodeRecords
import Primitives

extension DiscoveryMachine {
    /// How many answers to one question are read.
    static let maximumAnswers: UInt64 = 8
    /// Bytes of records in one answer, so that its datagram stays below 1280 bytes: 71 are the header's, 16 the tag's.
    static let recordBytes = 1_100

    /// A message of a session, whose sender is thereby known to be at its endpoint.
    mutating func handle(_ message: DiscoveryMessage, from address: NodeAddress, now: UInt64) {
        switch message {
        case .ping(let id, let sequence):
            send(.pong(id, recordSequence: record.sequence, seenAt: address.endpoint), to: address)
            learn(address, sequence: sequence, now: now)
        case .findNode(let id, let distances): answer(id, distances: distances, to: address)
        case .talkRequest(let id, let name, let request):
            events.append(.talkRequest(id, from: address, protocol: name, request: request))
        case .pong(let id, let sequence, let endpoint):
            guard let pending = pendingRequest(id, of: address), case .ping = pending.message, close(id) != nil else { return }
            answered(address, now: now, isPong: true)
            seen(at: endpoint, by: address.endpoint, now: now)
            learn(address, sequence: sequence, now: now)
            if pending.purpose == .caller { events.append(.response(id, message)) }
        case .nodes(let id, let total, let records): nodes(id, total: total, records, from: address, now: now)
        case .talkResponse(let id, _):
            guard let pending = pendingRequest(id, of: address), case .talkRequest = pending.message, close(id) != nil else { return }
            answered(address, now: now)
            events.append(.response(id, message))
        }
    }

    private mutating func pendingRequest(_ id: RequestID, of address: NodeAddress) -> PendingRequest? {
        guard let pending = requests[id], pending.contact.address == address else {
            refusals += 1
            return nil
        }
        return pending
    }

    /// A node of the table answered.
    private mutating func answered(_ address: NodeAddress, now: UInt64, isPong: Bool = false) {
        guard let contact = table[address.id], contact.endpoint == address.endpoint else { return }
        let isNew = !table.isLive(address.id)
        table.answered(address.id, now: now, isPong: isPong)
        guard isNew else { return }
        events.append(.live(contact))
        upkeep.becameLive(in: table, now: now)
    }

    /// Asks for a record that is newer than the known one.
    private mutating func learn(_ address: NodeAddress, sequence: UInt64, now: UInt64) {
        let remote = sessions[address]?.remote
        var contact = table[address.id]
        if contact?.endpoint != address.endpoint {
            // Its record did not say where it is, and now it may.
            contact = remote.map { NodeContact(publicKey: $0.publicKey, endpoint: address.endpoint, tcp: 0, record: $0) }
        }
        let known = max(contact?.record?.sequence ?? 0, remote?.sequence ?? 0)
        guard let contact, sequence > known,
            !requests.values.contains(where: { $0.purpose == .record && $0.contact.nodeID == address.id })
        else { return }
        request(.findNode(newRequestID(), distances: [0]), of: contact, for: .record, now: now)
    }

    // MARK: Nodes

    private mutating func answer(_ id: RequestID, distances: [Int], to address: NodeAddress) {
        var records: [NodeRecord] = distances.contains(0) ? [record] : []
        let room = DiscoveryMessage.maximumRecords - records.count
        let known = table.live(atDistances: distances, count: room) { contact in
            contact.record != nil && contact.nodeID != address.id
                && AddressRules.mayTell(contact.endpoint, from: address.endpoint.address)
        }
        records += known.compactMap(\.record)
        var batches: [[NodeRecord]] = [[]]
        var size = 0
        for record in records {
            if size + record.encoded.count > Self.recordBytes {
                batches.append([])
                size = 0
            }
            batches[batches.count - 1].append(record)
            size += record.encoded.count
        }
        for batch in batches { send(.nodes(id, total: UInt64(batches.count), records: batch), to: address) }
    }

    private mutating func nodes(_ id: RequestID, total: UInt64, _ records: [NodeRecord], from address: NodeAddress, now: UInt64) {
        guard var pending = pendingRequest(id, of: address), case .findNode(_, let distances) = pending.message else { return }
        pending.answers += 1
        let wanted = Set(distances)
        for record in records where pending.records.count < DiscoveryMessage.maximumRecords {
            guard record.nodeID != localID, wanted.contains(NodeDistance(address.id, record.nodeID).log2) else { continue }
            if let endpoint = record.udpEndpoint, !AddressRules.mayTell(endpoint, from: address.endpoint.address) { continue }
            guard !pending.records.contains(where: { $0.nodeID == record.nodeID }) else { continue }
            pending.records.append(record)
        }
        answered(address, now: now)
        guard pending.answers >= min(total, Self.maximumAnswers) else {
            requests[id] = pending
            return
        }
        guard close(id) != nil else { return }
        let contacts = pending.records.compactMap { record in NodeContact(record) }
        if let own = pending.records.first(where: { $0.nodeID == address.id }) { sessions.learn(own, of: address) }
        switch pending.purpose {
        case .record:
            for contact in contacts where contact.nodeID == address.id {
                let isNews = table.hasNews(contact)
                table.offer(contact, now: now)
                if contact.endpoint == address.endpoint {
                    // It answered from there just now.
                    table.answered(contact.nodeID, now: now, isPong: false)
                    if isNews { events.append(.live(contact)) }
                }
            }
        case .lookup(let lookup):
            for contact in contacts { table.offer(contact, now: now) }
            lookups[lookup]?.answered(address.id, with: contacts)
            advance(lookup, now: now)
        case .caller:
            for contact in contacts { table.offer(contact, now: now) }
            events.append(.response(id, .nodes(id, total: pending.answers, records: pending.records)))
        case .liveness: break
        }
    }
}
