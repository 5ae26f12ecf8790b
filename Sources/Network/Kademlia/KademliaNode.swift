public import LibP2P
public import LibP2PProtocols
public import Multiformats
public import PeerIdentity
import NIOCore
import Synchronization

/// The DHT over a host: answers others in server mode, and looks up, stores and provides for its own application.
public final class KademliaNode: Sendable {
    public static let ours = "/polai/kad/1.0.0"
    public static let ipfs = "/ipfs/kad/1.0.0"

    struct State {
        var table: RoutingTable
        var providers = ProviderStore()
        /// Requests sent so far.
        var asked = 0
        /// Refreshes that run or are asked for: one runs, one more may wait.
        var refreshes = 0
    }

    public let host: Host
    /// The protocols that are dialled, and served in server mode.
    let protocols: [String]
    let state: Mutex<State>
    /// Seconds since some fixed time.
    let now: @Sendable () -> UInt64

    /// Where its records are.
    public let vault: any RecordVault

    public init(
        host: Host, vault: any RecordVault, protocols: [String] = [ours, ipfs], now: @escaping @Sendable () -> UInt64
    ) {
        (self.host, self.vault, self.protocols, self.now) = (host, vault, protocols, now)
        state = Mutex(State(table: RoutingTable(local: host.peerID)))
    }

    /// A node that keeps its records in memory.
    public convenience init(
        host: Host, rules: RecordNamespaces = RecordNamespaces(), protocols: [String] = [ours, ipfs],
        now: @escaping @Sendable () -> UInt64
    ) {
        self.init(host: host, vault: MemoryVault(rules, now: now), protocols: protocols, now: now)
    }

    /// Answers others from now on; without it the node is a client that no one's table holds.
    public func serve() {
        for name in protocols {
            host.handle(name) { [weak self] stream in
                var reader = StreamReader(stream)
                while let self, let bytes = try await reader.frame(limit: KademliaMessage.maximumSize) {
                    guard let answer = try await self.answer(KademliaMessage(bytes: bytes), from: stream.peer) else { continue }
                    try await stream.write(VarintFrames.frame(answer.bytes))
                }
            }
        }
    }

    public var tableSize: Int { state.withLock { $0.table.count } }
    /// The peers of the routing table.
    public var peers: [PeerID] { state.withLock { $0.table.peers } }
    /// Requests that this node has sent.
    public var requestCount: Int { state.withLock { $0.asked } }

    /// The peers of the routing table nearest to `key`.
    public func nearest(to key: [UInt8], count: Int = RoutingTable.bucketSize) -> [KademliaMessage.Peer] {
        state.withLock { $0.table.closest(to: KademliaKey(key), count: count) }
    }

    /// Takes a peer that answers into the routing table.
    public func add(_ peer: PeerID, addresses: [Multiaddr]) async throws {
        try await host.connect(to: peer, at: addresses)
        _ = try await ask(KademliaMessage.Peer(id: peer, addresses: addresses), KademliaMessage(.findNode, key: host.peerID.bytes))
    }

    /// The answer to a request, or `nil` where the protocol has none. An invalid record throws: the stream is reset.
    func answer(_ request: KademliaMessage, from peer: PeerID) async throws -> KademliaMessage? {
        let now = now()
        var answer = KademliaMessage(request.kind, key: request.key)
        switch request.kind {
        case .ping: break
        case .findNode:
            answer.closerPeers = closer(to: request.key, except: peer)
            // go-libp2p takes a server into its table only if asking it for itself names someone.
            if request.key == host.peerID.bytes {
                answer.closerPeers.insert(KademliaMessage.Peer(id: host.peerID, addresses: host.listenAddresses), at: 0)
            }
        case .getValue:
            answer.closerPeers = closer(to: request.key, except: peer)
            answer.record = await vault.get(request.key)
        case .putValue:
            guard let record = request.record, record.key == request.key else { throw RecordRules.Refusal.invalid }
            guard try await vault.put(record) else { throw RecordRules.Refusal.invalid }
            answer.record = KademliaMessage.Record(key: record.key, value: record.value)
        case .addProvider:
            guard (1...KademliaMessage.maximumKey).contains(request.key.count) else { throw RecordRules.Refusal.invalid }
            // A peer speaks for itself only.
            state.withLock { state in
                for provider in request.providerPeers where provider.id == peer {
                    state.providers.add(provider, for: request.key, now: now)
                }
            }
            return nil
        case .getProviders:
            answer.providerPeers = state.withLock { $0.providers.get(request.key, now: now) }
            answer.closerPeers = closer(to: request.key, except: peer)
        }
        return answer
    }

    private func closer(to key: [UInt8], except peer: PeerID) -> [KademliaMessage.Peer] {
        Array(nearest(to: key, count: RoutingTable.bucketSize + 1).filter { $0.id != peer }.prefix(RoutingTable.bucketSize))
    }

    /// One request to one peer.
    func ask(_ peer: KademliaMessage.Peer, _ request: KademliaMessage) async throws -> KademliaMessage {
        state.withLock { $0.asked += 1 }
        do {
            try await host.connect(to: peer.id, at: peer.addresses)
            let stream = try await host.openStream(to: peer.id, protocols)
            do {
                try await stream.write(VarintFrames.frame(request.bytes))
                var reader = StreamReader(stream)
                guard let bytes = try await reader.frame(limit: KademliaMessage.maximumSize) else { throw HostError.streamEnded }
                stream.close()
                let answer = try KademliaMessage(bytes: bytes)
                let (now, known) = (now(), host.peerEntry(peer.id)?.addresses ?? [])
                state.withLock { _ = $0.table.seen(peer.id, addresses: known.isEmpty ? peer.addresses : known, now: now) }
                return answer
            } catch {
                stream.reset()
                throw error
            }
        } catch {
            state.withLock { $0.table.failed(peer.id) }
            throw error
        }
    }
}
