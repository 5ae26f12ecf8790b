public import ContentRouting
import ContentShelves
import GossipSub
import Kademlia
import LibP2P
import Logging
import Multiformats
public import PeerIdentity
public import Primitives
import Synchronization

extension ContentNetwork: ValueStore {
    /// Stores a record here at once, and with the nearest peers in the background.
    public func put(_ record: DHTRecord) async throws {
        try await records.put(record, now: now())
        if record.key.subkey == nil { assign.yield(.replicate(record.key)) }
    }

    /// What is here, and of the rest what the network has: each peer is asked once for all keys that it is near to.
    public func get(_ keys: [RecordKey]) async throws -> [RecordKey: DHTRecord] {
        let time = now()
        var found = try records.get(keys, now: time)
        let missing = keys.filter { found[$0] == nil && $0.subkey == nil }
        guard !missing.isEmpty, !host.connectedPeers.isEmpty else { return found }
        for record in await search.find(missing.map(\.bytes)) {
            let read = record.dhtRecord(now: now())
            found[read.key] = read
            // Kept for the next who asks; that there is no room for it matters to nobody.
            try? await records.put(read, now: now())
        }
        return found
    }
}

extension ContentNetwork: BlobStore {
    public func publish(_ blob: [UInt8]) async throws -> Hash32 {
        let id = try blobs.put(blob, now: now())
        await topics.publish(id.bytes, on: .updateFile)
        try gossip.publish(setting.topics.wireName(.updateFile), setting.topics.encode(id.bytes))
        assign.yield(.provide(id))
        return id
    }

    /// The file from here, from those who announced it, from those the DHT names, or from whom this node is connected with.
    public func fetch(_ id: Hash32) async throws -> [UInt8]? { try await fetch(id, limit: blobs.limit) }

    public func fetch(_ id: Hash32, limit: Int) async throws -> [UInt8]? {
        if let blob = try blobs.get(id) { return blob }
        guard !host.connectedPeers.isEmpty else { return nil }
        var asked: Set<PeerID> = []
        for source in 0..<3 {
            let providers: [PeerID]
            switch source {
            case 0: providers = announcers.withLock { $0[id] }
            case 1:
                let named = await node.providers(of: id.multihash, count: 8)
                for peer in named { host.learn(peer.addresses, of: peer.id) }
                providers = named.map(\.id)
            default:
                providers = host.connectedPeers.filter { host.peerEntry($0)?.protocols.contains(BlobExchange.name) == true }
            }
            let fresh = providers.filter { $0 != host.peerID && asked.insert($0).inserted }.prefix(8)
            guard !fresh.isEmpty else { continue }
            let blob = await BlobExchange.fetch(id, from: Array(fresh), host: host, limit: limit) { liar in
                logger.warning("a peer gave wrong bytes of a file", metadata: ["peer": "\(liar)", "file": "\(id)"])
                gossip.blame(liar)
            }
            guard let blob else { continue }
            // What is longer than a file is whoever's who asked, to keep or not.
            guard limit <= blobs.limit else { return blob }
            _ = try? blobs.put(blob, now: now())
            assign.yield(.provide(id))
            return blob
        }
        return nil
    }
}

extension ContentNetwork {
    /// Gives peers what `read` has besides files, by its hash and piece by piece: it may be long.
    public func lend(_ read: @escaping Lender) { lender.withLock { $0 = read } }

    func lent(_ id: Hash32, _ range: Range<Int>) throws -> (total: Int, bytes: [UInt8])? { try lender.withLock { $0 }?(id, range) }
}

extension ContentNetwork: MessageTopics {
    public func publish(_ data: [UInt8], on topic: Topic) async throws {
        await topics.publish(data, on: topic)
        try gossip.publish(setting.topics.wireName(topic), setting.topics.encode(data))
    }

    public func subscribe(
        _ topic: Topic, validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
    ) async -> AsyncStream<TopicMessage> { await topics.subscribe(topic, validate: validate) }

    /// Judges what a peer said.
    func judge(_ message: PubSubMessage, _ topic: Topic, from peer: PeerID) async -> GossipRouter.Verdict {
        guard let data = setting.topics.decode(message.data) else { return .reject }
        if topic == .updateFile, let id = Hash32(data) {
            let time = now()
            guard quota.withLock({ $0.take(peer, now: time) }) else { return .ignore }
            announcers.withLock { $0.add(peer, of: id) }
        }
        switch await topics.judge(TopicMessage(topic: topic, data: data, source: peer)) {
        case .accept: return .accept
        case .ignore: return .ignore
        case .reject: return .reject
        }
    }
}

extension ContentNetwork {
    /// How often what is held here is told to the nearest peers again. A record lives an hour.
    static let republishInterval: Duration = .seconds(600)
    static let republishLimit = 16_384

    /// Tells what is held here to the nearest peers again: peers come and go.
    func publishAgain() async {
        while (try? await Task.sleep(for: Self.republishInterval)) != nil {
            vault.memory.expire()
            guard !host.connectedPeers.isEmpty, let keys = try? records.liveKeys(now: now(), limit: Self.republishLimit) else { continue }
            await replicate(keys)
        }
    }

    /// A few records at a time: one peer that does not answer holds up only one of them.
    private func replicate(_ keys: [RecordKey]) async {
        await withTaskGroup(of: Void.self) { tasks in
            for (count, key) in keys.enumerated() {
                if count >= Self.parallelWork { await tasks.next() }
                if Task.isCancelled { return }
                tasks.addTask {
                    let time = self.now()
                    guard let record = try? self.records.get([key], now: time)[key] else { return }
                    _ = await self.node.replicate(KademliaMessage.Record(record, now: time))
                }
            }
        }
    }

    /// Lets go of a peer that is of no use, and does not dial it for a while.
    public func part(from peer: PeerID, for time: Duration) async {
        keeper.avoid(peer, for: time)
        await host.disconnect(peer)
    }

    /// Places where this node could not join, and why.
    public var joinFailures: [(address: String, reason: String)] { keeper.joinFailures }

    /// Peers worth dialling at the next start, with their addresses.
    public func cacheablePeers(limit: Int = 256) -> [String] {
        (host.connectedPeers + node.peers).reduce(into: [PeerID]()) { if !$0.contains($1) { $0.append($1) } }.prefix(limit).flatMap {
            peer in
            (host.peerEntry(peer)?.addresses ?? []).prefix(4).map { "\($0)/p2p/\(peer)" }
        }
    }
}
