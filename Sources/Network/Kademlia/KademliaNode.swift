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
        var records = RecordStore()
        var providers = ProviderStore()
        var rules: RecordNamespaces
    }

    public let host: Host
    /// The protocols that are dialled, and served in server mode.
    let protocols: [String]
    let state: Mutex<State>
    /// Seconds since some fixed time.
    let now: @Sendable () -> UInt64

    public init(
        host: Host, rules: RecordNamespaces = RecordNamespaces(), protocols: [String] = [ours, ipfs],
        now: @escaping @Sendable () -> UInt64
    ) {
        (self.host, self.protocols, self.now) = (host, protocols, now)
        state = Mutex(State(table: RoutingTable(local: host.peerID), rules: rules))
    }

    /// Answers others from now on; without it the node is a client that no one's table holds.
    public func serve() {
        for name in protocols {
            host.handle(name) { [weak self] stream in
                var reader = StreamReader(stream)
                while let self, let bytes = try await reader.frame(limit: KademliaMessage.maximumSize) {
                    guard let answer = try self.answer(KademliaMessage(bytes: bytes), from: stream.peer) else { continue }
                    try await stream.write(VarintFrames.frame(answer.bytes))
                }
            }
        }
    }

    public var tableSize: Int { state.withLock { $0.table.count } }
    public var recordCount: Int { state.withLock { $0.records.count } }

    /// Takes a peer that answers into the routing table.
    public func add(_ peer: PeerID, addresses: [Multiaddr]) async throws {
        try await host.connect(to: peer, at: addresses)
        _ = try await ask(KademliaMessage.Peer(id: peer, addresses: addresses), KademliaMessage(.findNode, key: host.peerID.bytes))
    }

    /// The answer to a request, or `nil` where the protocol has none. An invalid record throws: the stream is reset.
    func answer(_ request: KademliaMessage, from peer: PeerID) throws -> KademliaMessage? {
        let now = now()
        return try state.withLock { state in
            var answer = KademliaMessage(request.kind, key: request.key)
            switch request.kind {
            case .ping: return answer
            case .findNode:
                answer.closerPeers = Self.closer(state.table, to: request.key, except: peer)
                // go-libp2p takes a server into its table only if asking it for itself names someone.
                if request.key == host.peerID.bytes {
                    answer.closerPeers.insert(KademliaMessage.Peer(id: host.peerID, addresses: host.listenAddresses), at: 0)
                }
            case .getValue:
                answer.closerPeers = Self.closer(state.table, to: request.key, except: peer)
                if let entry = state.records.get(request.key, now: now), (try? state.rules.validate(request.key, entry.value)) != nil {
                    answer.record = KademliaMessage.Record(key: request.key, value: entry.value)
                }
            case .putValue:
                guard let record = request.record, record.key == request.key else { throw RecordRules.Refusal.invalid }
                guard try state.records.put(record.key, record.value, rules: state.rules, now: now) else {
                    throw RecordRules.Refusal.invalid
                }
                answer.record = KademliaMessage.Record(key: record.key, value: record.value)
            case .addProvider:
                guard (1...KademliaMessage.maximumKey).contains(request.key.count) else { throw RecordRules.Refusal.invalid }
                // A peer speaks for itself only.
                for provider in request.providerPeers where provider.id == peer {
                    state.providers.add(provider, for: request.key, now: now)
                }
                return nil
            case .getProviders:
                answer.providerPeers = state.providers.get(request.key, now: now)
                answer.closerPeers = Self.closer(state.table, to: request.key, except: peer)
            }
            return answer
        }
    }

    private static func closer(_ table: RoutingTable, to key: [UInt8], except peer: PeerID) -> [KademliaMessage.Peer] {
        Array(
            table.closest(to: KademliaKey(key), count: RoutingTable.bucketSize + 1).filter { $0.id != peer }.prefix(RoutingTable.bucketSize)
        )
    }

    /// One request to one peer.
    func ask(_ peer: KademliaMessage.Peer, _ request: KademliaMessage) async throws -> KademliaMessage {
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
