import Multiformats
public import NodeRecords
import Primitives
import Secp256k1

extension Version4Machine {
    /// Takes a datagram that came from `endpoint`. What is wrong with it is counted, and answered with silence.
    public mutating func receive(_ datagram: [UInt8], from endpoint: NodeEndpoint, now: UInt64, unixTime: UInt64) {
        guard budget.spend(AddressRules.sender(endpoint.address), now: now) else {
            refusals += 1
            return
        }
        do throws(DiscoveryError) {
            let packet = try Version4Packet(datagram)
            let address = NodeAddress(id: packet.sender.nodeID, endpoint: endpoint)
            guard address.id != localID else { throw .notDiscovery }
            if let time = packet.message.expires, time < unixTime { throw .expired(time) }
            try handle(packet, from: address, now: now, unixTime: unixTime)
        } catch {
            refusals += 1
        }
    }

    private mutating func handle(
        _ packet: Version4Packet, from address: NodeAddress, now: UInt64, unixTime: UInt64
    ) throws(DiscoveryError) {
        switch packet.message {
        case .ping(_, let from, _, _, let sequence):
            let contact = NodeContact(publicKey: packet.sender, endpoint: address.endpoint, tcp: from.tcp)
            answerPing(packet.hash, contact, sequence: sequence, now: now, unixTime: unixTime)
        case .pong(let to, let hash, _, let sequence):
            guard let ping = pings[address], ping.hash == hash else { throw .notAuthentic }
            pings[address] = nil
            pong(ping.contact, seenAt: to, sequence: sequence, now: now, unixTime: unixTime)
        case .findNode(let target, _):
            guard hasProved(address, now: now) else { throw .notAuthentic }
            answerFindNode(target, to: address, unixTime: unixTime)
        case .neighbors(let nodes, _):
            guard var query = queries[address], query.stage == .asked else { throw .notAuthentic }
            query.isAnswered = true
            for node in nodes where query.found.count < NodeLookup.width {
                guard let ip = node.endpoint.address else { continue }
                let place = NodeEndpoint(address: ip, port: node.endpoint.udp)
                guard AddressRules.mayTell(place, from: address.endpoint.address),
                    let key = try? Secp256k1PublicKey(coordinates: node.key.bytes)
                else { continue }
                query.found.append(NodeContact(publicKey: key, endpoint: place, tcp: node.endpoint.tcp))
            }
            queries[address] = query
            if query.found.count >= NodeLookup.width { finish(address, now: now, unixTime: unixTime) }
        case .recordRequest:
            guard hasProved(address, now: now) else { throw .notAuthentic }
            send(.recordResponse(request: packet.hash, record: record.encoded), to: address.endpoint)
        case .recordResponse(let hash, let bytes):
            guard let request = recordRequests[address], request.hash == hash else { throw .notAuthentic }
            recordRequests[address] = nil
            do throws(NodeRecordError) {
                let answer = try NodeRecord(encoded: bytes)
                guard answer.nodeID == address.id else { throw NodeRecordError.badSignature }
                learned(answer, of: request.contact, now: now)
            } catch {
                throw .badRecord(error)
            }
        }
    }

    private mutating func answerPing(_ hash: Hash32, _ contact: NodeContact, sequence: UInt64?, now: UInt64, unixTime: UInt64) {
        let address = contact.address
        send(
            .pong(
                to: Version4Endpoint(contact.endpoint, tcp: contact.tcp), ping: hash, expires: unixTime + Self.packetLifetime,
                recordSequence: record.sequence), to: contact.endpoint)
        note(address, now: now) { $0.ping = now }
        if hasProved(address, now: now) {
            table.offer(contact, now: now)
        } else if pings.count < configuration.requests / 2 {
            // The other half is for whom this node wants to ask.
            ping(contact, isCheck: false, now: now, unixTime: unixTime)
        }
        if wantedRecords[address] != nil { askForRecord(address, now: now, unixTime: unixTime) }
        if let query = queries[address], query.stage == .waitingForPing { ask(query, now: now, unixTime: unixTime) }
    }

    private mutating func pong(_ contact: NodeContact, seenAt: Version4Endpoint, sequence: UInt64?, now: UInt64, unixTime: UInt64) {
        let address = contact.address
        note(address, now: now) { $0.pong = now }
        table.offer(contact, isProved: true, now: now)
        if let known = table[address.id], known.endpoint == address.endpoint {
            let isNew = !table.isLive(address.id)
            table.answered(address.id, now: now)
            if isNew {
                events.append(.live(known))
                upkeep.becameLive(in: table, now: now)
            }
            if let sequence, sequence > known.record?.sequence ?? 0 {
                if knowsThisNode(address, now: now) {
                    askForRecord(address, now: now, unixTime: unixTime)
                } else if wantedRecords.count < configuration.requests {
                    // Its ping comes now, if it has not had this node's proof.
                    wantedRecords[address] = now + configuration.requestTimeout
                }
            }
        }
        if let ip = seenAt.address {
            events.append(.seen(at: NodeEndpoint(address: ip, port: seenAt.udp), by: address.endpoint))
        }
        if var query = queries[address], query.stage == .proving {
            // The other side sends its ping now, if it has not had this node's proof.
            (query.stage, query.deadline) = (.waitingForPing, now + configuration.requestTimeout)
            queries[address] = query
            if knowsThisNode(address, now: now) { ask(query, now: now, unixTime: unixTime) }
        }
    }

    /// Asks a node of the table what it says of itself.
    mutating func askForRecord(_ address: NodeAddress, now: UInt64, unixTime: UInt64) {
        wantedRecords[address] = nil
        guard let known = table[address.id], known.endpoint == address.endpoint, recordRequests[address] == nil,
            recordRequests.count < configuration.requests
        else { return }
        let hash = send(.recordRequest(expires: unixTime + Self.packetLifetime), to: address.endpoint)
        recordRequests[address] = (known, hash, now + configuration.requestTimeout)
    }

    private mutating func learned(_ answer: NodeRecord, of contact: NodeContact, now: UInt64) {
        let newer = NodeContact(
            publicKey: contact.publicKey, endpoint: contact.endpoint, tcp: answer.tcp ?? contact.tcp, record: answer)
        let isNews = table.hasNews(newer)
        table.offer(newer, now: now)
        if isNews, table.isLive(newer.nodeID) { events.append(.live(newer)) }
    }

    private mutating func answerFindNode(_ target: FixedBytes<64>, to address: NodeAddress, unixTime: UInt64) {
        let nearest = table.closest(to: Keccak256.hash(target.bytes), count: NodeLookup.width, liveOnly: true)
        let nodes = nearest.filter { contact in
            contact.nodeID != address.id && AddressRules.mayTell(contact.endpoint, from: address.endpoint.address)
        }.map { contact in
            Version4Message.Neighbor(
                endpoint: Version4Endpoint(contact.endpoint, tcp: contact.tcp), key: contact.publicKey.coordinates)
        }
        var rest = nodes[...]
        repeat {
            let batch = Array(rest.prefix(Version4Message.maximumNeighbors))
            rest = rest.dropFirst(batch.count)
            send(.neighbors(batch, expires: unixTime + Self.packetLifetime), to: address.endpoint)
        } while !rest.isEmpty
    }
}
