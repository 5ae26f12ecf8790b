import HivemindRPC
public import HivemindWire
import LibP2P
import LibP2PProtocols
import Logging
import Multiformats
public import PeerIdentity
import Synchronization

/// Requests to other members.
extension HivemindNode {
    /// A peer's place; `nil` where it does not answer or is a client.
    @discardableResult
    public func ping(_ peer: PeerID) async -> DHTID? {
        let request = PingRequest(node: announced).bytes
        let answer = try? await ask(peer, PingRequest.name, request, patience: setting.callbackPatience) { try PingResponse(bytes: $0) }
        guard let node = answer?.node else { return nil }
        met(node, peer)
        return node
    }

    /// Says hello to the member where this node joins, and asks to be called back.
    func introduce(to peer: PeerID) async throws -> PingResponse {
        let request = PingRequest(node: announced, validates: !setting.isClient)
        let before = now()
        let answer = try await ask(peer, PingRequest.name, request.bytes, patience: setting.joinPatience) { try PingResponse(bytes: $0) }
        let after = now()
        if let node = answer.node { met(node, peer) }
        if answer.time != 0, answer.time < before - Self.clockTolerance || answer.time > after + Self.clockTolerance {
            logger.warning(
                "A Hivemind member's clock differs: expirations are read wrongly",
                metadata: ["peer": "\(peer)", "by": "\(answer.time - after) s"])
        }
        return answer
    }

    /// Seconds that Hivemind lets two clocks differ.
    static let clockTolerance = 3.0

    /// What a member has of `keys`, and who is nearer to them: a result for each.
    func find(_ keys: [DHTID], at peer: PeerID) async throws -> FindResponse {
        let answer = try await ask(peer, FindRequest.name, FindRequest(keys, node: announced).bytes) { bytes -> FindResponse in
            let answer = try FindResponse(bytes: bytes)
            guard answer.results.count == keys.count else { throw HivemindError.malformed("results for other keys") }
            return answer
        }
        if let node = answer.node { met(node, peer) }
        return answer
    }

    /// Hands values to a member; which of them it took.
    func store(_ items: [StoreRequest.Item], at peer: PeerID) async throws -> [Bool] {
        let answer = try await ask(peer, StoreRequest.name, StoreRequest(items, node: announced).bytes) { bytes -> StoreResponse in
            let answer = try StoreResponse(bytes: bytes)
            guard answer.stored.count == items.count else { throw HivemindError.malformed("answers for other values") }
            return answer
        }
        if let node = answer.node { met(node, peer) }
        return answer.stored
    }

    private func ask<Answer: Sendable>(
        _ peer: PeerID, _ name: String, _ request: [UInt8], patience: Duration? = nil, read: ([UInt8]) throws -> Answer
    ) async throws -> Answer {
        state.withLock { $0.asked += 1 }
        do {
            try await reach(peer)
            return try read(try await UnaryCalls.ask(host, peer, name, request, patience: patience ?? setting.patience))
        } catch let error where error is HivemindError || error is WireError {
            // It is there, and says no or nothing of use: whoever does only that leaves the table.
            state.withLock { $0.table.failed(peer) }
            throw error
        } catch {
            if !(error is CancellationError), !Task.isCancelled { missed(peer) }
            throw error
        }
    }

    /// Connects to a peer that only its id may be known of.
    public func reach(_ peer: PeerID) async throws {
        if host.connectedPeers.contains(peer) { return }
        if host.peerEntry(peer)?.addresses.isEmpty ?? true { host.learn(await resolve(peer), of: peer) }
        do { try await host.connect(to: peer) } catch HostError.unreachable {
            // What is known may be old.
            let found = await resolve(peer)
            try await host.connect(to: peer, at: found)
        }
    }
}
