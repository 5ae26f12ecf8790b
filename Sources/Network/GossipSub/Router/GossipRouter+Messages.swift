import LibP2PProtocols
import Multiformats
public import PeerIdentity

/// Why a message was not published.
public enum PublishError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong(bytes: Int, limit: Int)
    case noKey

    public var description: String {
        switch self {
        case .tooLong(let bytes, let limit): "the message has \(bytes) bytes; at most \(limit) are sent"
        case .noKey: "messages are signed here, and there is no key to sign with"
        }
    }
}

extension GossipRouter {
    /// Sends a message of this node. Returns its id; `nil` where it was seen already.
    @discardableResult
    public mutating func publish(_ topic: String, _ data: [UInt8], now: UInt64) throws(PublishError) -> [UInt8]? {
        guard data.count <= parameters.maximumMessage else { throw .tooLong(bytes: data.count, limit: parameters.maximumMessage) }
        var message = PubSubMessage(topic: topic, data: data)
        if case .strictSign = parameters.signing {
            sequence &+= 1
            guard let key, let signed = try? PubSubMessage(topic: topic, data: data, sequence: sequence, key: key) else { throw .noKey }
            message = signed
        }
        let id = id(of: message)
        guard seen.insert(id, now: now) else { return nil }
        cache.put(message, id)
        for peer in targets(topic, length: data.count, now: now) where peers[peer]?.unwanted[id] == nil { send(message, id, to: peer) }
        return id
    }

    /// Who gets a message of this node.
    private mutating func targets(_ topic: String, length: Int, now: UInt64) -> [PeerID] {
        let threshold = scores.parameters.publishThreshold
        let others = subscribers(of: topic).filter { score($0) >= threshold }
        if parameters.floodPublish, length <= parameters.floodPublishLimit { return others }
        let flooded = Set(others.filter { peers[$0]?.version == .floodsub })
        if subscribed.contains(topic) {
            let chosen = (mesh[topic] ?? []).union(flooded)
            return inOrder(chosen.isEmpty ? Set(choose(parameters.D, of: others)) : chosen)
        }
        lastPublished[topic] = now
        if fanout[topic, default: []].isEmpty {
            fanout[topic] = Set(choose(parameters.D, of: others.filter { peers[$0]?.version ?? .floodsub >= .v10 }))
        }
        return inOrder((fanout[topic] ?? []).union(flooded))
    }

    /// Takes what a peer sent.
    ///
    /// - Parameter ids: those of its messages, where the caller has worked them out; an empty one is worked out here.
    public mutating func receive(_ rpc: GossipRPC, from peer: PeerID, now: UInt64, ids: [[UInt8]] = []) {
        guard peers[peer] != nil, score(peer) >= scores.parameters.graylistThreshold else { return }
        for subscription in rpc.subscriptions { take(subscription, peer, now: now) }
        for (index, message) in rpc.messages.enumerated() {
            take(message, index < ids.count && !ids[index].isEmpty ? ids[index] : nil, peer, now: now)
        }
        takeControl(rpc, from: peer, now: now)
    }

    private mutating func take(_ subscription: GossipRPC.Subscription, _ peer: PeerID, now: UInt64) {
        let topic = subscription.topic
        guard topic.utf8.count <= GossipRPC.maximumTopic else { return }
        if subscription.isWanted {
            guard let found = peers[peer], found.topics.count < parameters.maximumTopicsOfPeer else { return }
            peers[peer]?.topics.insert(topic)
            if let members = mesh[topic], members.count < parameters.Dlow, !members.contains(peer), canGraft(peer, topic, now: now) {
                graft(peer, topic, now: now)
            }
        } else {
            peers[peer]?.topics.remove(topic)
            fanout[topic]?.remove(peer)
            if mesh[topic]?.remove(peer) != nil { scores.prune(peer, topic) }
        }
    }

    private mutating func take(_ message: PubSubMessage, _ known: [UInt8]?, _ peer: PeerID, now: UInt64) {
        guard subscribed.contains(message.topic), message.data.count <= parameters.maximumMessage else { return }
        let id = known ?? id(of: message)
        fulfil(id)
        if let first = seen.time(id) {
            withdraw(id, for: peer)
            // Our own that comes back, or another copy.
            if pending[id] != nil {
                pending[id]?.others.insert(peer)
            } else if now <= first + scores.parameters.topic(message.topic).meshDeliveriesWindow {
                scores.meshDelivery(peer, message.topic)
            }
            return
        }
        let isWellFormed =
            switch parameters.signing {
            case .strictSign: message.from != local && message.isSigned
            case .strictNoSign: message.isAnonymous
            }
        guard isWellFormed else {
            if message.from != local { scores.invalid(peer, message.topic) }
            return
        }
        guard seen.insert(id, now: now) else { return }
        pending[id] = Pending(message: message, first: peer)
        if message.data.count >= parameters.unwantedThreshold {
            for other in inOrder(mesh[message.topic] ?? []) where other != peer && peers[other]?.version == .v12 {
                tell(other) { if $0.unwanted.count < GossipRPC.maximumWaitingIDs { $0.unwanted.append(id) } }
            }
        }
        perform(.validate(message, id: id, from: peer))
    }

    /// Whatever a peer promised to send has come, from whomever.
    private mutating func fulfil(_ id: [UInt8]) {
        for (peer, found) in peers where found.promises[id] != nil { peers[peer]?.promises[id] = nil }
    }

    /// A message has been judged.
    public mutating func validated(_ id: [UInt8], _ verdict: Verdict, now: UInt64) {
        guard let found = pending.removeValue(forKey: id) else { return }
        let topic = found.message.topic
        switch verdict {
        case .ignore: break
        case .reject: for peer in found.others.union([found.first]) { scores.invalid(peer, topic) }
        case .accept:
            scores.firstDelivery(found.first, topic)
            for peer in found.others where peer != found.first { scores.meshDelivery(peer, topic) }
            cache.put(found.message, id)
            let author = found.message.from.flatMap { Multihash(bytes: $0) }.map { PeerID($0) }
            let had = found.others.union([found.first]).union(author.map { [$0] } ?? [])
            let flooded = subscribers(of: topic).filter { peers[$0]?.version == .floodsub }
            for peer in inOrder((mesh[topic] ?? []).union(flooded)) where !had.contains(peer) && peers[peer]?.unwanted[id] == nil {
                send(found.message, id, to: peer)
            }
        }
    }
}
