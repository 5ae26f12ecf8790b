public import HivemindAveraging
public import HivemindDHT
import HivemindRPC
import HivemindWire
import LibP2P
import MessagePack
public import PeerIdentity
public import PetalsWire

/// A real swarm, over a member or client of its DHT.
public struct HivemindBlockNetwork: BlockNetwork {
    /// How long things may take. Petals' own clients wait three minutes for an answer.
    public struct Patience: Sendable {
        public var answer: Duration = .seconds(60)
        public var information: Duration = .seconds(5)

        public init() {}
    }

    /// Servers of one block that are looked at: those whose word is the newest.
    static let maximumServers = 256
    /// Searches of the DHT at once.
    private static let searches = 16
    /// Bytes of tensors up to which a pass is one message; above, it is a stream of parts (Petals' `MAX_UNARY_PAYLOAD_SIZE // 2`).
    static let unarySize = 1 << 20

    private let node: HivemindNode
    private let patience: Patience

    public init(_ node: HivemindNode, patience: Patience = Patience()) { (self.node, self.patience) = (node, patience) }

    public func servers(of chain: ModuleChain) async -> [[PeerID: ServerInfo]] {
        await withTaskGroup(of: (Int, [PeerID: ServerInfo]).self) { tasks in
            var waiting = chain.modules[...]
            func search() {
                guard let module = waiting.popFirst() else { return }
                tasks.addTask { (module.block, await self.servers(of: module)) }
            }
            for _ in 0..<Self.searches { search() }
            var found = [[PeerID: ServerInfo]](repeating: [:], count: chain.blocks.count)
            while let (block, servers) = await tasks.next() {
                found[block - chain.blocks.lowerBound] = servers
                search()
            }
            return found
        }
    }

    private func servers(of module: ModuleUID) async -> [PeerID: ServerInfo] {
        guard case .dictionary(let dictionary) = await node.get(DHTID(key: module.description)) else { return [:] }
        return Self.servers(dictionary)
    }

    /// The servers under a block's name; entries that cannot be read are passed over.
    static func servers(_ dictionary: ExpiringDictionary) -> [PeerID: ServerInfo] {
        var servers: [PeerID: ServerInfo] = [:]
        for entry in dictionary.entries.sorted(by: { $0.expiration > $1.expiration }).prefix(maximumServers) {
            guard let peer = entry.subkey.value.text.flatMap({ PeerID(base58: $0) }), let info = try? ServerInfo(bytes: entry.value) else {
                continue
            }
            servers[peer] = info
        }
        return servers
    }

    public func delay(of peer: PeerID, serving block: ModuleUID) async throws -> Double {
        try await node.reach(peer)
        let begin = ContinuousClock.now
        let request = ExpertUID(block.description).bytes
        let answer = try await UnaryCalls.ask(node.host, peer, PetalsCall.info, request, patience: patience.information)
        _ = try BlockInfo(bytes: ExpertInfo(bytes: answer).serialised)
        return (ContinuousClock.now - begin) / .seconds(1)
    }

    public func ask(
        _ peer: PeerID, _ request: ExpertRequest, for pass: BlockPassKind, limit: Int
    ) async throws -> [SerialisedTensor] {
        try await node.reach(peer)
        guard request.tensors.reduce(0, { $0 + $1.buffer.count }) > Self.unarySize else {
            let name = pass == .forward ? PetalsCall.forward : PetalsCall.backward
            let answer = try await UnaryCalls.ask(node.host, peer, name, request.bytes, limit: limit, patience: patience.answer)
            return try ExpertResponse(bytes: answer).tensors
        }
        let name = pass == .forward ? PetalsCall.forwardStream : PetalsCall.backwardStream
        var call = try await StreamCall(node.host, peer, name, limit: limit, patience: patience.answer)
        for tensor in request.tensors {
            for part in tensor.parts() {
                try await call.send(ExpertRequest(uid: request.uid, tensors: [part], metadata: request.metadata).bytes)
            }
        }
        try await call.end()
        var gathering = TensorGathering(limit: limit)
        while let bytes = try await call.next() {
            for part in try ExpertResponse(bytes: bytes).tensors { try gathering.add(part) }
        }
        return gathering.tensors
    }

    public func open(_ peer: PeerID) async throws -> any InferenceLink {
        try await node.reach(peer)
        return StreamLink(try await node.host.openStream(to: peer, [PetalsCall.inference]), patience: patience.answer)
    }
}
