import BeaconNode
import BeaconTypes
import BeaconWire
import ChainSync
import Kademlia
import LibP2P
import LibP2PProtocols
import Logging
import Multiformats
import NIOPosix
import PeerBlocks
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

/// Fetches the checkpoint of an invite from nodes of the chain: its root is trusted, and nobody who is asked.
///
/// Asked are the beacon nodes of the places of the invite, then those of the nodes that these know. Who gives something else, or stalls,
/// is not asked again.
struct PeerCheckpoint: CheckpointOrigin {
    /// Nodes that are asked.
    static let limit = 16
    /// How often nodes that cannot be reached, or give another state just then, are asked.
    private static let rounds = 3

    var checkpoint: Checkpoint
    let places: [Multiaddr]
    /// For one peer's block and state.
    var patience: Duration = .seconds(120)
    /// Before those are asked again who may give it later.
    var pause: Duration = .seconds(3)
    let logger: Logger

    var source: (any BlockSource)? { nil }

    /// What was asked and did not give the checkpoint.
    private enum Outcome {
        case given(CheckpointAnchor)
        /// It is too old to begin at, whoever gives it.
        case tooOld(BeaconNodeError)
        /// It is asked again.
        case notNow(String)
        /// It is not.
        case never(String)
    }

    func anchor(genesis: CachedBeaconState, currentSlot: Slot) async throws -> CheckpointAnchor? {
        let began = ContinuousClock.now
        let epoch = currentSlot / genesis.spec.preset.slotsPerEpoch
        guard let (anchor, peer) = try await fetch(genesis, currentEpoch: epoch) else {
            logger.notice(
                "Nobody gives the invite's checkpoint: the chain is followed from its beginning",
                metadata: ["checkpoint": "\(checkpoint.root.shortHex)", "epoch": "\(checkpoint.epoch)"])
            return nil
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        logger.notice(
            "Starting from the invite's checkpoint",
            metadata: [
                "slot": "\(anchor.block.message.slot)", "root": "\(anchor.root.shortHex)", "peer": "\(peer)",
                "seconds": "\((seconds * 100).rounded() / 100)",
            ])
        return anchor
    }

    /// Under a name of its own: this node's is for its own network, which is not there yet.
    private func fetch(_ genesis: CachedBeaconState, currentEpoch: Epoch) async throws -> (CheckpointAnchor, String)? {
        var quiet = Logger(label: "join")
        quiet.logLevel = .error
        let host = LibP2P.Host(identity: try PeerKeyPair.passing(), group: MultiThreadedEventLoopGroup.singleton, logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await host.run() }
            defer { tasks.cancelAll() }
            return try await fetch(over: host, genesis, currentEpoch: currentEpoch)
        }
    }

    private func fetch(
        over host: LibP2P.Host, _ genesis: CachedBeaconState, currentEpoch: Epoch
    ) async throws -> (CheckpointAnchor, String)? {
        var unhelpful: Set<PeerID> = []
        for round in 0..<Self.rounds {
            if round > 0 { try await Task.sleep(for: pause) }
            var (open, asked): ([Multiaddr], Set<Multiaddr>) = (places, [])
            var canComeBack = false
            while let place = open.first, asked.count < Self.limit {
                open.removeFirst()
                guard asked.insert(place).inserted else { continue }
                do {
                    let (peer, _) = try await host.connect(to: place)
                    for beacon in await beaconNodes(of: peer, host) where !unhelpful.contains(beacon) {
                        switch try await ask(beacon, host, genesis, currentEpoch: currentEpoch) {
                        case .given(let anchor): return (anchor, beacon.description)
                        case .tooOld(let error):
                            logger.notice("The invite's checkpoint is too old to begin at: \(error)")
                            return nil
                        case .notNow(let why):
                            canComeBack = true
                            logger.debug("\(beacon) does not give the checkpoint now: \(why)")
                        case .never(let why):
                            unhelpful.insert(beacon)
                            logger.info(
                                "A node does not give the invite's checkpoint", metadata: ["peer": "\(beacon)", "reason": "\(why)"])
                        }
                    }
                    open += await neighbours(of: peer, host)
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    canComeBack = true
                    logger.debug("\(place) is not reached: \(error)")
                }
            }
            guard canComeBack else { break }
        }
        return nil
    }

    private func ask(_ peer: PeerID, _ host: LibP2P.Host, _ genesis: CachedBeaconState, currentEpoch: Epoch) async throws(CancellationError)
        -> Outcome
    {
        let requests = PeerRequests(host: host, forkDigest: genesis.forkDigest, spec: genesis.spec)
        let source = NamedState(peer: peer, requests: requests)
        do {
            let root = checkpoint.root
            let pair = try await Self.within(patience) { try await CheckpointPair(root, from: source, spec: genesis.spec) }
            // No root holds the signature: a peer may give the right block under a wrong one.
            return .given(
                try CheckpointAnchor(
                    block: pair.block, state: pair.state, genesis: genesis, trusted: checkpoint, currentEpoch: currentEpoch))
        } catch let error as BeaconNodeError {
            guard case .checkpointTooOld = error else { return .never("\(error)") }
            return .tooOld(error)
        } catch RequestError.refused(let code, let message) {
            return .notNow("\(code): \(message)")
        } catch RequestError.overQuota {
            return .notNow("it was asked too much")
        } catch let error as HostError {
            // A connection that ended is no answer.
            return .notNow("\(error)")
        } catch let error as CancellationError {
            throw error
        } catch {
            return .never("\(error)")
        }
    }

    /// The node's beacon node: itself, where it speaks the protocols, or the one that it introduces.
    private func beaconNodes(of peer: PeerID, _ host: LibP2P.Host) async -> [PeerID] {
        if let spoken = try? await host.identify(peer).protocols, spoken.contains(RequestProtocol.stateByBlockRoot.id) { return [peer] }
        guard let record = try? await BeaconIntroduction.fetch(from: peer, over: host), !record.addresses.isEmpty,
            (try? await host.connect(to: record.peer, at: record.addresses)) != nil
        else { return [] }
        return [record.peer]
    }

    /// Where the nodes are that a node knows.
    private func neighbours(of peer: PeerID, _ host: LibP2P.Host) async -> [Multiaddr] {
        let known = await KademliaNode.neighbours(of: peer, over: host)
        return known.prefix(Self.limit).compactMap { known in
            known.addresses.first.flatMap { try? Multiaddr($0.value(.p2p) == nil ? "\($0)/p2p/\(known.id)" : "\($0)") }
        }
    }

    private static func within<Value: Sendable>(
        _ patience: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { tasks in
            tasks.addTask { try await body() }
            tasks.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { tasks.cancelAll() }
            guard let value = try await tasks.next() ?? nil else { throw SetupError("no answer within \(patience)") }
            return value
        }
    }
}

/// A peer that is asked for one block and one state, before there is a chain to compare.
private struct NamedState: BlockSource {
    let peer: PeerID
    let requests: PeerRequests

    var name: String { peer.description }
    func status() async throws -> BlockSourceStatus { throw ChainSyncError.incomplete("\(peer) is not asked for its chain") }
    func blocks(in slots: Range<Slot>) async throws -> [SignedBeaconBlock] { try await requests.blocks(in: slots, of: peer) }
    func blocks(roots: [Root]) async throws -> [SignedBeaconBlock] { try await requests.blocks(roots: roots, of: peer) }

    func state(after block: BeaconBlock) async throws -> BeaconState {
        try await requests.state(after: block.hashTreeRoot(requests.spec), of: peer)
    }
}

extension PeerKeyPair {
    /// A key for a while.
    static func passing() throws -> PeerKeyPair {
        var generator = SystemRandomNumberGenerator()
        return try PeerKeyPair(seed: (0..<32).map { _ in .random(in: 0...255, using: &generator) })
    }
}
