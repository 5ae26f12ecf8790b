import NodeRecords
import Primitives

extension DiscoveryMachine {
    /// Asks whether a node is there; the answer comes as a `.response` event.
    @discardableResult
    public mutating func ping(_ contact: NodeContact, now: UInt64) -> RequestID? {
        let id = newRequestID()
        return request(.ping(id, recordSequence: record.sequence), of: contact, for: .caller, now: now)
    }

    /// Asks for the nodes at these distances; the answer comes as a `.response` event.
    @discardableResult
    public mutating func findNode(_ contact: NodeContact, distances: [Int], now: UInt64) -> RequestID? {
        request(.findNode(newRequestID(), distances: distances), of: contact, for: .caller, now: now)
    }

    /// Asks something of another protocol; the answer comes as a `.response` event.
    @discardableResult
    public mutating func talk(_ contact: NodeContact, protocol name: [UInt8], request bytes: [UInt8], now: UInt64) -> RequestID? {
        request(.talkRequest(newRequestID(), protocol: name, request: bytes), of: contact, for: .caller, now: now)
    }

    /// Answers a `.talkRequest` event.
    public mutating func answerTalk(_ id: RequestID, to address: NodeAddress, response: [UInt8]) {
        send(.talkResponse(id, response: response), to: address)
    }

    mutating func newRequestID() -> RequestID { RequestID(generator.next()) }

    /// Sends a question, at once or behind the handshake that another one has begun. `nil` when too many are open.
    @discardableResult
    mutating func request(
        _ message: DiscoveryMessage, of contact: NodeContact, for purpose: PendingRequest.Purpose, now: UInt64
    ) -> RequestID? {
        guard contact.nodeID != localID, requests.count < configuration.requests, requests[message.id] == nil else { return nil }
        var pending = PendingRequest(
            contact: contact, message: message, purpose: purpose,
            deadline: now + configuration.requestTimeout + configuration.handshakeTimeout)
        if sessions[contact.address] != nil || !isGreeting(contact.address) {
            guard let nonce = send(message, to: contact.address) ?? sendRandom(to: contact.address) else { return nil }
            pending.nonce = nonce
            pending.deadline = now + configuration.requestTimeout
            requestsByNonce[nonce] = message.id
        }
        requests[message.id] = pending
        return message.id
    }

    /// Whether a handshake with `address` is under way.
    private func isGreeting(_ address: NodeAddress) -> Bool {
        requests.values.contains { $0.contact.address == address && $0.nonce != nil }
    }

    /// Sends what waited for the session with `address`.
    mutating func sendWaiting(_ address: NodeAddress, now: UInt64) {
        let waiting = requests.filter { $0.value.nonce == nil && $0.value.contact.address == address }
        for (id, var pending) in waiting {
            guard let nonce = send(pending.message, to: address) else { continue }
            (pending.nonce, pending.deadline) = (nonce, now + configuration.requestTimeout)
            requests[id] = pending
            requestsByNonce[nonce] = id
        }
    }

    /// Ends a request, and returns it.
    mutating func close(_ id: RequestID) -> PendingRequest? {
        guard let pending = requests.removeValue(forKey: id) else { return nil }
        if let nonce = pending.nonce { requestsByNonce[nonce] = nil }
        return pending
    }

    /// Ends the requests whose time is over.
    mutating func expireRequests(now: UInt64) {
        for (id, pending) in requests where pending.deadline <= now {
            guard close(id) != nil else { continue }
            switch pending.purpose {
            case .liveness: table.failed(pending.contact.nodeID, now: now)
            case .record: break
            case .lookup(let lookup):
                // Some of several answers are better than none.
                if pending.records.isEmpty {
                    lookups[lookup]?.failed(pending.contact.nodeID)
                    table.failed(pending.contact.nodeID, now: now)
                } else {
                    lookups[lookup]?.answered(pending.contact.nodeID, with: pending.records.compactMap { record in NodeContact(record) })
                }
                advance(lookup, now: now)
            case .caller:
                let partial = DiscoveryMessage.nodes(id, total: pending.answers, records: pending.records)
                events.append(.response(id, pending.records.isEmpty ? nil : partial))
            }
        }
    }
}
