import Multiformats
import PeerIdentity

extension GossipRouter {
    mutating func takeControl(_ rpc: GossipRPC, from peer: PeerID, now: UInt64) {
        if !rpc.have.isEmpty { takeHave(rpc.have, from: peer, now: now) }
        if !rpc.want.isEmpty { takeWant(rpc.want, from: peer) }
        // Who starts anew within the backoff knows nothing of it, and grafts all its topics at once: that counts as one fault.
        var grafted: Set<String> = []
        let early = rpc.graft.filter { grafted.insert($0).inserted }.map { takeGraft($0, from: peer, now: now) }.max() ?? 0
        if early > 0 { scores.misbehaved(peer, early) }
        for entry in rpc.prune { takePrune(entry, from: peer, now: now) }
        let (limit, life) = (parameters.maximumUnwanted, parameters.unwantedLife)
        for id in rpc.unwanted {
            withdraw(id, for: peer)
            guard let count = peers[peer]?.unwantedCount, count < limit else { break }
            peers[peer]?.unwantedCount += 1
            peers[peer]?.unwanted[id] = life
        }
    }

    /// Asks for what is new here, within what a heartbeat allows.
    private mutating func takeHave(_ entries: [GossipRPC.Have], from peer: PeerID, now: UInt64) {
        guard var found = peers[peer], score(peer) >= scores.parameters.gossipThreshold else { return }
        found.haves += 1
        defer { peers[peer] = found }
        guard found.haves <= parameters.maximumHaveMessages, found.asked < parameters.maximumHaveLength else { return }
        var (wanted, chosen): ([[UInt8]], Set<[UInt8]>) = ([], [])
        for entry in entries where subscribed.contains(entry.topic) {
            for id in entry.ids {
                if seen.contains(id) { withdraw(id, for: peer) } else if chosen.insert(id).inserted { wanted.append(id) }
            }
        }
        guard !wanted.isEmpty else { return }
        wanted.shuffle(using: &random)
        wanted = Array(wanted.prefix(parameters.maximumHaveLength - found.asked))
        found.asked += wanted.count
        var isAsked = false
        tell(peer) { rpc in
            guard rpc.want.count < GossipRPC.maximumWaitingIDs else { return }
            rpc.want += wanted
            isAsked = true
        }
        // Nobody breaks a promise that was not asked for.
        if isAsked { found.promises[wanted[0]] = now + parameters.wantFollowup }
    }

    private mutating func takeWant(_ ids: [[UInt8]], from peer: PeerID) {
        guard let found = peers[peer], score(peer) >= scores.parameters.gossipThreshold else { return }
        var room = parameters.maximumMessage
        for id in ids.prefix(min(parameters.maximumHaveLength, GossipRPC.maximumEntries / 2)) where found.unwanted[id] == nil {
            guard let message = cache.give(id, to: found.number, limit: parameters.gossipRetransmission) else { continue }
            guard room >= message.data.count else { break }
            room -= message.data.count
            send(message, id, to: peer)
        }
    }

    /// - Returns: how bad it was.
    private mutating func takeGraft(_ topic: String, from peer: PeerID, now: UInt64) -> Double {
        // For a topic that is not ours nothing is said: a peer that makes up topics gets no answers.
        guard let members = mesh[topic], !members.contains(peer) else { return 0 }
        peers[peer]?.topics.insert(topic)
        if let end = backoff[topic]?[peer], now < end {
            let pruned = end >= parameters.pruneBackoff ? end - parameters.pruneBackoff : 0
            prune(peer, topic, backoff: parameters.pruneBackoff, px: false, now: now)
            // A second count for those that do not even wait a moment after they were pruned.
            return now < pruned + parameters.graftFloodThreshold ? 2 : 1
        }
        if score(peer) < 0 {
            prune(peer, topic, backoff: parameters.pruneBackoff, px: false, now: now)
        } else if members.count >= parameters.Dhigh, peers[peer]?.isOutbound != true {
            prune(peer, topic, backoff: parameters.pruneBackoff, px: true, now: now)
        } else {
            mesh[topic]?.insert(peer)
            scores.graft(peer, topic, now: now)
        }
        return 0
    }

    private mutating func takePrune(_ entry: GossipRPC.Prune, from peer: PeerID, now: UInt64) {
        guard subscribed.contains(entry.topic) else { return }
        if mesh[entry.topic]?.remove(peer) != nil { scores.prune(peer, entry.topic) }
        let seconds = min(entry.backoff ?? 0, parameters.longestBackoff / 1_000_000_000)
        hold(peer, entry.topic, for: seconds > 0 ? seconds * 1_000_000_000 : parameters.pruneBackoff, now: now)
        guard score(peer) >= scores.parameters.acceptPXThreshold else { return }
        for other in entry.peers.prefix(parameters.prunePeers) {
            guard let id = Multihash(bytes: other.id).map({ PeerID($0) }), peers[id] == nil, id.bytes != local else { continue }
            perform(.connect(id, record: other.record))
        }
    }
}
