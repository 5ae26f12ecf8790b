public import HivemindWire
import LibP2P
import PeerIdentity
import RSASignatures
import Synchronization

/// What an application asks of the DHT.
extension HivemindNode {
    /// What became of a value that was stored.
    public struct StoreOutcome: Equatable, Sendable {
        /// Members that keep it, this one among them.
        public var kept = 0
        /// Members that keep one that expires as late or later, or have no room.
        public var refused = 0
    }

    /// What lies under a key.
    ///
    /// - Parameter latest: all of the nearest members are asked, and the value that expires last counts, of a dictionary all
    ///   entries. Otherwise the first value that lives is good enough.
    public func get(_ key: DHTID, latest: Bool = true) async -> HivemindValue? {
        let time = now()
        var best = state.withLock { Self.newest($0, key, time) }
        if best != nil, !latest { return best }
        _ = await walk(key) { result in
            guard let value = Self.judged(result.found, at: key, now: time) else { return false }
            if best == nil { best = value } else { best?.merge(value) }
            return !latest
        }
        return best
    }

    /// Stores a value at the members nearest to its key, this one among them where it is one.
    ///
    /// - Parameters:
    ///   - value: MessagePack.
    ///   - expiration: seconds since the Unix epoch.
    public func store(_ key: DHTID, subkey: Subkey? = nil, _ value: [UInt8], expiration: Double) async throws -> StoreOutcome {
        var record = OwnedRecord(key: key, subkey: subkey?.bytes ?? StoreRequest.noSubkey, value: value, expiration: expiration)
        if let signer = setting.signer { record = try record.signed(by: signer) }
        try record.validate()
        let item = StoreRequest.Item(key: key, subkey: record.subkey, value: record.value, expiration: expiration)
        var candidates = await walk(key) { _ in false }
        if !setting.isClient {
            let own = HivemindPeer(node: place, id: host.peerID)
            let distance = place.distance(to: key)
            candidates.insert(own, at: candidates.firstIndex { distance < $0.node.distance(to: key) } ?? candidates.count)
        }
        return await replicate(item, subkey, among: candidates)
    }

    /// Hands a value to the first `replicas` of `candidates` that answer.
    private func replicate(_ item: StoreRequest.Item, _ subkey: Subkey?, among candidates: [HivemindPeer]) async -> StoreOutcome {
        var waiting = candidates[...]
        var outcome = StoreOutcome()
        await withTaskGroup(of: Bool?.self) { tasks in
            var running = 0
            while true {
                while outcome.kept + outcome.refused + running < setting.replicas, let peer = waiting.popFirst() {
                    running += 1
                    tasks.addTask { await self.store(item, subkey, at: peer) }
                }
                guard running > 0, let answer = await tasks.next() else { return }
                running -= 1
                switch answer {
                case true?: outcome.kept += 1
                case false?: outcome.refused += 1
                case nil: break
                }
            }
        }
        return outcome
    }

    private func store(_ item: StoreRequest.Item, _ subkey: Subkey?, at peer: HivemindPeer) async -> Bool? {
        guard peer.id == host.peerID else { return try? await store([item], at: peer.id).first }
        let time = now()
        return state.withLock {
            $0.store.put(item.key, subkey: subkey, item.value, expiration: item.expiration, from: host.peerID, now: time)
        }
    }

    /// Signatures that are checked of one answer.
    static let maximumSignatures = 256

    /// What a member found, without what has expired or is not signed by its owner.
    ///
    /// At most `maximumSignatures` are checked: who answers chooses how many there are.
    static func judged(_ found: FindResult.Found, at key: DHTID, now: Double) -> HivemindValue? {
        var checks = maximumSignatures
        func isGood(_ subkey: [UInt8], _ value: [UInt8], _ expiration: Double) -> Bool {
            guard expiration > now else { return false }
            let record = OwnedRecord(key: key, subkey: subkey, value: value, expiration: expiration)
            guard record.hasOwner else { return true }
            checks -= 1
            return checks >= 0 && (try? record.validate()) != nil
        }
        switch found {
        case .nothing: return nil
        case .value(let value, let expiration):
            return isGood(StoreRequest.noSubkey, value, expiration) ? .value(value, expiration: expiration) : nil
        case .dictionary(let bytes, _):
            guard var dictionary = try? ExpiringDictionary(bytes: bytes) else { return nil }
            dictionary.entries = dictionary.entries.filter { isGood($0.subkey.bytes, $0.value, $0.expiration) }
            return dictionary.entries.isEmpty ? nil : .dictionary(dictionary)
        }
    }

    /// Drives a `HivemindSearch` with real requests. `visit` sees each answer and says whether that was enough.
    @discardableResult
    func walk(_ target: DHTID, visit: (FindResult) -> Bool) async -> [HivemindPeer] {
        let seeds = state.withLock { $0.table.nearest(to: target) }.filter { !isAvoided($0.id) }
        var search = HivemindSearch(target: target, own: place, seeds: seeds)
        await withTaskGroup(of: (PeerID, FindResponse?).self) { tasks in
            while !search.isDone {
                for peer in search.next() {
                    tasks.addTask { (peer.id, try? await self.find([target], at: peer.id)) }
                }
                guard let (peer, answer) = await tasks.next() else { break }
                // Who has no place is a client, and of no use to a search.
                guard let node = answer?.node, let result = answer?.results.first else {
                    search.failed(peer)
                    continue
                }
                let own = host.peerID
                search.answered(peer, from: node, nearest: result.nearest.filter { $0.id != own && !isAvoided($0.id) })
                if visit(result) { search.stop() }
            }
            tasks.cancelAll()
        }
        return search.nearest
    }
}
