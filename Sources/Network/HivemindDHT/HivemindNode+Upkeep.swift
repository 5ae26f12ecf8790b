public import HivemindWire
import LibP2P
import Logging
public import Multiformats
import PeerIdentity
import Synchronization

extension HivemindNode {
    /// How often old members are asked whether they are there, and the own neighbourhood is looked at.
    static let refreshInterval: Duration = .seconds(60)
    /// Seconds after which a member counts as old.
    static let staleAfter = 600.0
    /// Members below which the neighbourhood is looked at each time, and not each tenth.
    static let few = 8
    /// What a new member is given at most.
    static let handOverBytes = 2 << 20
    static let handOverItems = 1024

    /// Joins where it was told to, and again when nobody is left.
    func keepJoined() async {
        await withDiscardingTaskGroup { tasks in
            for address in setting.bootstrap { tasks.addTask { await self.hold(address) } }
        }
    }

    /// Stays a neighbour of whoever answers at an address.
    private func hold(_ address: Multiaddr) async {
        var backoff = DialBackoff()
        while !Task.isCancelled {
            do {
                try await join(at: address)
                backoff.succeeded()
                // Joined; once nobody is left it joins again.
                repeat { try await Task.sleep(for: .seconds(5)) } while !peers.isEmpty
            } catch is CancellationError {
                return
            } catch HostError.itself {
                return
            } catch {
                if backoff.failures == 0 { logger.warning("Cannot join the Hivemind DHT at \(address): \(error)") }
                try? await Task.sleep(for: backoff.failed(jitter: .random(in: 0...1)))
            }
        }
    }

    /// Joins at an address: says hello, and looks up its own neighbourhood. Returns the member's place.
    @discardableResult
    public func join(at address: Multiaddr) async throws -> DHTID {
        let (peer, _) = try await host.connect(to: address)
        let answer = try await introduce(to: peer)
        guard let node = answer.node else { throw HivemindError.malformed("\(address) is a client of the DHT and no member") }
        if !setting.isClient, !answer.isAvailable {
            logger.warning("A Hivemind member cannot call this node back; others will not find it", metadata: ["peer": "\(peer)"])
        }
        logger.info("joined the Hivemind DHT", metadata: ["at": "\(address)", "peer": "\(peer)"])
        await walk(place) { _ in false }
        return node
    }

    func keepClean() async {
        var rounds = 0
        while (try? await Task.sleep(for: Self.refreshInterval)) != nil {
            rounds += 1
            let time = now()
            let stale = state.withLock { state in
                state.store.expire(now: time)
                state.cache.expire(now: time)
                state.avoided = state.avoided.filter { $0.value.until > time - 600 }
                return state.table.stale(before: time - Self.staleAfter)
            }
            for peer in stale.prefix(16) { await ping(peer.id) }
            let count = peers.count
            if count > 0, rounds % 10 == 0 || count < Self.few { await walk(place) { _ in false } }
        }
    }

    /// Gives a new member the values that belong there and that this node answers for: it is nearer to them than all of this
    /// node's neighbours are, and the new member is among the nearest.
    func handOver(to peer: HivemindPeer) async {
        let items = belongings(of: peer)
        guard !items.isEmpty else { return }
        do { _ = try await store(items, at: peer.id) } catch {
            logger.debug("a new Hivemind member took nothing", metadata: ["peer": "\(peer.id)", "reason": "\(error)"])
        }
    }

    /// What `handOver` gives. It looks through copies, so that nobody waits meanwhile.
    func belongings(of peer: HivemindPeer) -> [StoreRequest.Item] {
        let (store, members) = state.withLock { ($0.store, $0.table.peers) }
        let others = members.map(\.node).filter { $0 != peer.node }
        var (items, bytes) = ([StoreRequest.Item](), 0)
        for key in store.keys where items.count < Self.handOverItems {
            guard belongs(key, to: peer, others), let item = item(key, store), bytes + item.value.count <= Self.handOverBytes
            else { continue }
            bytes += item.value.count
            items.append(item)
        }
        return items
    }

    private func belongs(_ key: DHTID, to peer: HivemindPeer, _ others: [DHTID]) -> Bool {
        let (own, theirs) = (place.distance(to: key), peer.node.distance(to: key))
        // Of most keys a member that is nearer than this node shows at once.
        return others.allSatisfy { own < $0.distance(to: key) } && others.count { $0.distance(to: key) < theirs } < setting.replicas
    }

    private func item(_ key: DHTID, _ store: HivemindStore) -> StoreRequest.Item? {
        switch store.get(key, now: now()) {
        case nil: nil
        case .value(let value, let expiration): StoreRequest.Item(key: key, value: value, expiration: expiration)
        case .dictionary(let dictionary):
            StoreRequest.Item(
                key: key, subkey: StoreRequest.wholeDictionary, value: dictionary.bytes, expiration: dictionary.latestExpiration)
        }
    }
}
