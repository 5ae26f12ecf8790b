import Multiformats
import PeerIdentity

extension GossipRouter {
    mutating func takeControl(_ rpc: GossipRPC, from peer: PeerID, now: UInt64) {
        if !rpc.have.isEmpty { takeHave(rpc.have, from: peer, now: now) }
        if !rpc.want.isEmpty { takeWant(rpc.want, from: peer) }
        for topic in rpc.graft { takeGraft(topic, from: peer, now: now) }
        for entry in rpc.prune { takePrune(entry, from: peer, now: now) }
        for id in rpc.unwanted {
            guard let count = peers[peer]?.unwantedCount, count < parameters.maximumUnwanted else { break }
            peers[peer]?.unwantedCount += 1
            peers[peer]?.unwanted[id] = parameters.unwantedLife
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
            for id in entry.ids where !seen.contains(id) && chosen.insert(id).inserted { wanted.append(id) }
        }
        guard !wanted.isEmpty else { return }
        wanted.shuffle(using: &random)
        wanted = Array(wanted.prefix(parameters.maximumHaveLength - found.asked))
        found.asked += wanted.count
        found.promises[wanted[0]] = now + parameters.wantFollowup
        tell(peer) { $0.want += wanted }
    }

    private mutating func takeWant(_ ids: [[UInt8]], from peer: PeerID) {
        guard let found = peers[peer], score(peer) >= scores.parameters.gossipThreshold else { return }
        var room = parameters.maximumMessage
        for id in ids.prefix(min(parameters.maximumHaveLength, GossipRPC.maximumEntries / 2)) where found.unwanted[id] == nil {
            guard let message = cache.give(id, to: found.number, limit: parameters.gossipRetransmission) else { continue }
            guard room >= message.data.count else { break }
            room -= message.data.count
            tell(peer) { $0.messages.append(message) }
        }
    }

    private mutating func takeGraft(_ topic: String, from peer: PeerID, now: UInt64) {
        // For a topic that is not ours nothing is said: a peer that makes up topics gets no answers.
        guard let members = mesh[topic], !members.contains(peer) else { return }
        peers[peer]?.topics.insert(topic)
        if let end = backoff[topic]?[peer], now < end {
            scores.misbehaved(peer)
            // A second count for those that do not even wait a moment after they were pruned.
            let pruned = end >= parameters.pruneBackoff ? end - parameters.pruneBackoff : 0
            if now < pruned + parameters.graftFloodThreshold { scores.misbehaved(peer) }
            return prune(peer, topic, backoff: parameters.pruneBackoff, px: false, now: now)
        }
        guard score(peer) >= 0 else { return prune(peer, topic, backoff: parameters.pruneBackoff, px: false, now: now) }
        if members.count >= parameters.Dhigh, peers[peer]?.isOutbound != true {
            return prune(peer, topic, backoff: parameters.pruneBackoff, px: true, now: now)
        }
        mesh[topic]?.insert(peer)
        scores.graft(peer, topic, now: now)
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
