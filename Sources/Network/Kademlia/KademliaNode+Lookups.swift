import LibP2P
public import LibP2PProtocols
public import Multiformats
public import PeerIdentity
import NIOCore
import Synchronization

extension KademliaNode {
    /// How long one peer may take to answer.
    static let requestTimeout: Duration = .seconds(10)

    /// The nearest peers to `key` that answer, nearest first.
    public func closestPeers(to key: [UInt8]) async -> [KademliaMessage.Peer] {
        await walk(key, KademliaMessage(.findNode, key: key)) { _, _ in false }
    }

    /// Where `peer` can be dialled.
    public func findPeer(_ peer: PeerID) async -> [Multiaddr] {
        if let known = host.peerEntry(peer)?.addresses, !known.isEmpty { return known }
        var found: [Multiaddr] = []
        _ = await walk(peer.bytes, KademliaMessage(.findNode, key: peer.bytes)) { _, answer in
            found = answer.closerPeers.first { $0.id == peer }?.addresses ?? found
            return !found.isEmpty
        }
        return found
    }

    /// The best valid record under `key`. Nearest peers that held none or a worse one are given it.
    public func get(_ key: [UInt8]) async -> [UInt8]? { await record(key)?.value }

    /// The best valid record under `key`, with its time to live.
    public func record(_ key: [UInt8]) async -> KademliaMessage.Record? {
        var records = await vault.get(key).map { [$0] } ?? []
        var holders: [PeerID: [UInt8]] = [:]
        let closest = await walk(key, KademliaMessage(.getValue, key: key)) { [vault] peer, answer in
            guard let record = answer.record, record.key == key, (try? await vault.validate(record)) != nil else { return false }
            records.append(record)
            holders[peer] = record.value
            return false
        }
        guard let place = await vault.select(records), records.indices.contains(place) else { return nil }
        let best = records[place]
        _ = await store(best, at: closest.filter { holders[$0.id] != best.value })
        return best
    }

    /// Stores a valid value at the nearest peers, and here. Returns how many peers took it.
    @discardableResult
    public func put(_ key: [UInt8], _ value: [UInt8]) async throws -> Int {
        let record = KademliaMessage.Record(key: key, value: value)
        _ = try await vault.put(record)
        return await replicate(record)
    }

    /// Hands a record that is held here to the nearest peers. Returns how many took it.
    public func replicate(_ record: KademliaMessage.Record) async -> Int {
        await store(record, at: await closestPeers(to: record.key))
    }

    /// Tells the nearest peers that this node provides `key`. Returns how many were told.
    @discardableResult
    public func provide(_ key: [UInt8]) async -> Int {
        var message = KademliaMessage(.addProvider, key: key)
        let own = KademliaMessage.Peer(id: host.peerID, addresses: host.listenAddresses)
        message.providerPeers = [own]
        let time = now()
        state.withLock { $0.providers.add(own, for: key, now: time) }
        var told = 0
        for peer in await closestPeers(to: key) {
            guard let stream = try? await host.openStream(to: peer.id, protocols) else { continue }
            if (try? await stream.write(VarintFrames.frame(message.bytes))) != nil { told += 1 }
            stream.close()
        }
        return told
    }

    /// Who provides `key`, `count` of them at most.
    public func providers(of key: [UInt8], count: Int = 20) async -> [KademliaMessage.Peer] {
        let time = now()
        var found = state.withLock { $0.providers.get(key, now: time) }
        _ = await walk(key, KademliaMessage(.getProviders, key: key)) { _, answer in
            for peer in answer.providerPeers where !found.contains(where: { $0.id == peer.id }) { found.append(peer) }
            return found.count >= count
        }
        return Array(found.prefix(count))
    }

    private func store(_ record: KademliaMessage.Record, at peers: [KademliaMessage.Peer]) async -> Int {
        let message = KademliaMessage(.putValue, key: record.key, record: record)
        return await withTaskGroup(of: Bool.self) { tasks in
            for peer in peers {
                tasks.addTask { (try? await self.timed { try await self.ask(peer, message) })?.record?.value == record.value }
            }
            return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    /// Drives a `Lookup` with real requests. `visit` sees each answer and says whether that was enough.
    private func walk(
        _ key: [UInt8], _ request: KademliaMessage, visit: (PeerID, KademliaMessage) async -> Bool
    ) async -> [KademliaMessage.Peer] {
        let target = KademliaKey(key)
        let seeds = state.withLock { $0.table.closest(to: target) }
        var addresses = Dictionary(seeds.map { ($0.id, $0.addresses) }) { first, _ in first }
        var lookup = Lookup(target: target, seeds: seeds.map(\.id))
        await withTaskGroup(of: (PeerID, KademliaMessage?).self) { tasks in
            while !lookup.isDone {
                for peer in lookup.next() {
                    let known = KademliaMessage.Peer(id: peer, addresses: addresses[peer] ?? [])
                    tasks.addTask { (peer, try? await self.timed { try await self.ask(known, request) }) }
                }
                guard let (peer, answer) = await tasks.next() else { break }
                guard let answer else {
                    lookup.failed(peer)
                    continue
                }
                let closer = answer.closerPeers.filter { $0.id != self.host.peerID && !$0.addresses.isEmpty }
                for other in closer where addresses[other.id]?.isEmpty ?? true { addresses[other.id] = other.addresses }
                lookup.answered(peer, closer: closer.map(\.id))
                if await visit(peer, answer) { lookup.stop() }
            }
            tasks.cancelAll()
        }
        return lookup.closest.map { KademliaMessage.Peer(id: $0, addresses: addresses[$0] ?? []) }
    }

    private func timed<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { tasks in
            tasks.addTask(operation: body)
            tasks.addTask {
                try await Task.sleep(for: Self.requestTimeout)
                throw HostError.timedOut("the request")
            }
            defer { tasks.cancelAll() }
            guard let value = try await tasks.next() else { throw HostError.closed }
            return value
        }
    }
}
