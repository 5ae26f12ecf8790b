import PeerIdentity

extension GossipRouter {
    /// What is done once every `heartbeatInterval`: meshes are mended, and what was heard is gossiped about.
    public mutating func heartbeat(now: UInt64) {
        ticks += 1
        scores.decay(now: now)
        tidyPeers(now: now)
        for topic in backoff.keys { backoff[topic] = backoff[topic]?.filter { $0.value + parameters.heartbeatInterval > now } }
        backoff = backoff.filter { !$0.value.isEmpty }
        for topic in mesh.keys.sorted() {
            mend(topic, now: now)
            gossip(topic, except: mesh[topic] ?? [])
        }
        for topic in fanout.keys.sorted() { mendFanout(topic, now: now) }
        cache.shift()
        seen.expire(now: now)
    }

    private mutating func tidyPeers(now: UInt64) {
        for peer in inOrder(Set(peers.keys)) {
            guard var found = peers[peer] else { continue }
            (found.haves, found.asked, found.unwantedCount) = (0, 0, 0)
            let broken = found.promises.values.count { $0 <= now }
            if broken > 0 {
                scores.misbehaved(peer, Double(broken))
                found.promises = found.promises.filter { $0.value > now }
            }
            if !found.unwanted.isEmpty { found.unwanted = found.unwanted.compactMapValues { $0 > 1 ? $0 - 1 : nil } }
            peers[peer] = found
        }
    }

    private mutating func mend(_ topic: String, now: UInt64) {
        for peer in meshPeers(topic) where score(peer) < 0 { prune(peer, topic, backoff: parameters.pruneBackoff, px: false, now: now) }
        if meshPeers(topic).count < parameters.Dlow {
            for peer in choose(parameters.D - meshPeers(topic).count, of: candidates(topic, now: now)) { graft(peer, topic, now: now) }
        }
        if meshPeers(topic).count > parameters.Dhigh { thin(topic, now: now) }
        let outbound = meshPeers(topic).count { peers[$0]?.isOutbound == true }
        if meshPeers(topic).count >= parameters.Dlow, outbound < parameters.Dout {
            let others = candidates(topic, now: now).filter { peers[$0]?.isOutbound == true }
            for peer in choose(parameters.Dout - outbound, of: others) { graft(peer, topic, now: now) }
        }
        if ticks % parameters.opportunisticGraftTicks == 0, meshPeers(topic).count > 1 {
            let sorted = meshPeers(topic).map { score($0) }.sorted()
            let median = sorted[sorted.count / 2]
            guard median < scores.parameters.opportunisticGraftThreshold else { return }
            let better = candidates(topic, now: now).filter { score($0) > median }
            for peer in choose(parameters.opportunisticGraftPeers, of: better) { graft(peer, topic, now: now) }
        }
    }

    /// Keeps the best, enough that this node dialled itself, and of the others some.
    private mutating func thin(_ topic: String, now: UInt64) {
        var ranked = meshPeers(topic)
        ranked.shuffle(using: &random)
        let marks = Dictionary(uniqueKeysWithValues: ranked.map { ($0, score($0)) })
        ranked.sort { marks[$0] ?? 0 > marks[$1] ?? 0 }
        let best = Array(ranked.prefix(parameters.Dscore))
        var rest = Array(ranked.dropFirst(parameters.Dscore))
        rest.shuffle(using: &random)
        var keep = best + rest.prefix(parameters.D - best.count)
        let lacking = parameters.Dout - keep.count { peers[$0]?.isOutbound == true }
        if lacking > 0 {
            let more = rest.dropFirst(parameters.D - best.count).filter { peers[$0]?.isOutbound == true }.prefix(lacking)
            let leaving = keep.indices.reversed().filter { $0 >= best.count && peers[keep[$0]]?.isOutbound != true }.prefix(more.count)
            for index in leaving { keep.remove(at: index) }
            keep += more
        }
        let kept = Set(keep)
        for peer in meshPeers(topic) where !kept.contains(peer) { prune(peer, topic, backoff: parameters.pruneBackoff, px: true, now: now) }
    }

    private mutating func mendFanout(_ topic: String, now: UInt64) {
        guard let last = lastPublished[topic], last + parameters.fanoutTTL > now else {
            fanout[topic] = nil
            return lastPublished[topic] = nil
        }
        let threshold = scores.parameters.publishThreshold
        var members = (fanout[topic] ?? []).filter { peers[$0]?.topics.contains(topic) == true && score($0) >= threshold }
        if members.count < parameters.D {
            let others = subscribers(of: topic).filter {
                !members.contains($0) && score($0) >= threshold && peers[$0]?.version ?? .floodsub >= .v10
            }
            members.formUnion(choose(parameters.D - members.count, of: others))
        }
        fanout[topic] = members
        gossip(topic, except: members)
    }

    /// Names what was heard of a topic to some peers outside its mesh.
    private mutating func gossip(_ topic: String, except members: Set<PeerID>) {
        var ids = cache.recent(topic)
        guard !ids.isEmpty else { return }
        let threshold = scores.parameters.gossipThreshold
        let others = subscribers(of: topic).filter {
            !members.contains($0) && peers[$0]?.version ?? .floodsub >= .v10 && score($0) >= threshold
        }
        let count = max(parameters.Dlazy, Int(parameters.gossipFactor * Double(others.count)))
        ids.shuffle(using: &random)
        for peer in choose(count, of: others) {
            var told = ids
            if told.count > parameters.maximumHaveLength {
                told.shuffle(using: &random)
                told = Array(told.prefix(parameters.maximumHaveLength))
            }
            // What a peer has not been told yet is told anew: the last heartbeats' messages are in it again.
            tell(peer) { rpc in
                rpc.have.removeAll { $0.topic == topic }
                rpc.have.append(.init(topic: topic, ids: told))
            }
        }
    }
}
