import BeaconTypes
import BeaconWire
import ChainSync
import LibP2P
import Logging
import Multiformats
import NIOPosix
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import Synchronization

@testable import PeerBlocks

extension Hash32 {
    static func filled(_ byte: UInt8) -> Hash32 { Hash32([UInt8](repeating: byte, count: 32)) ?? .zero }
}

let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

/// The fork digest that peers have in common.
let digest = ForkDigest(version: BeaconSpec.pol.config.electraForkVersion, genesisValidatorsRoot: .filled(9))
/// Another chain's.
let foreign = ForkDigest(version: BeaconSpec.pol.config.electraForkVersion, genesisValidatorsRoot: .filled(8))

/// Blocks without contents, of slots 1 to `count`.
func blocks(_ count: UInt64) -> [SignedBeaconBlock] {
    var parent = BeaconBlock(default: .pol).hashTreeRoot(.pol)
    return (1...count).map { slot in
        var block = BeaconBlock(default: .pol)
        (block.slot, block.parentRoot) = (slot, parent)
        parent = block.hashTreeRoot(.pol)
        return SignedBeaconBlock(message: block, signature: BLSSignature())
    }
}

/// A chain that is given.
struct Given: BlockSource {
    let name = "given"
    var blocks: [SignedBeaconBlock]

    func status() -> BlockSourceStatus {
        BlockSourceStatus(
            headRoot: blocks.last?.message.hashTreeRoot(.pol) ?? .filled(3), headSlot: blocks.last?.message.slot ?? 0,
            finalized: Checkpoint(epoch: 1 << 40, root: .filled(4)))
    }

    func blocks(in slots: Range<Slot>) throws -> [SignedBeaconBlock] {
        if isIncomplete { throw ChainSyncError.incomplete("not yet") }
        return blocks.filter { slots.contains($0.message.slot) }
    }

    func blocks(roots: [Root]) -> [SignedBeaconBlock] { blocks.filter { roots.contains($0.message.hashTreeRoot(.pol)) } }
    /// What is given as a block's state, by its slot.
    var states: [Slot: BeaconState] = [:]
    /// Whether it lacks the blocks of all slots.
    var isIncomplete = false

    func state(after block: BeaconBlock) throws -> BeaconState {
        guard let state = states[block.slot] else { throw ChainSyncError.incomplete(name) }
        return state
    }

    func agreement(
        _ digest: ForkDigest = digest, contradicts: @escaping @Sendable (Checkpoint) async -> Bool = { _ in false }
    ) -> ChainAgreement { ChainAgreement(forkDigest: digest, source: self, contradicts: contradicts) }
}

/// What light clients are told.
struct GivenUpdates: LightClientReader {
    func lightClientBootstrap(_ blockRoot: Root) -> LightClientBootstrap? {
        blockRoot == .filled(1) ? LightClientBootstrap(default: .pol) : nil
    }

    func lightClientUpdates(from period: UInt64, count: UInt64) -> [LightClientUpdate] {
        (period..<min(period + count, 3)).map { period in
            var update = LightClientUpdate(default: .pol)
            update.signatureSlot = period
            return update
        }
    }

    func lightClientFinalityUpdate() -> LightClientFinalityUpdate? { LightClientFinalityUpdate(default: .pol) }
    func lightClientOptimisticUpdate() -> LightClientOptimisticUpdate? { nil }
}

func host(_ seed: UInt8) throws -> Host {
    Host(
        identity: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton, logger: quiet)
}

/// Runs `body` with a client's host, connected with a server's.
func with(_ body: @escaping @Sendable (_ client: Host, _ server: Host) async throws -> Void) async throws {
    let (client, server) = (try host(1), try host(2))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        for host in [client, server] { tasks.addTask { await host.run() } }
        defer { tasks.cancelAll() }
        let place = try await server.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
        try await client.connect(to: server.peerID, at: [place])
        try await body(client, server)
    }
}

/// Who was blamed, and who was let go of.
final class Verdicts: Sendable {
    let blamed = Mutex<[PeerID]>([])
    let parted = Mutex<[PeerID: GoodbyeReason]>([:])

    var blame: @Sendable (PeerID) -> Void { { peer in self.blamed.withLock { $0.append(peer) } } }
    var part: @Sendable (PeerID, GoodbyeReason) async -> Void { { peer, reason in self.parted.withLock { $0[peer] = reason } } }
}

extension RequestServer {
    static func serve(
        _ host: Host, _ given: Given, _ digest: ForkDigest = digest, verdicts: Verdicts = Verdicts(),
        budget: RequestBudget = RequestBudget(), contradicts: @escaping @Sendable (Checkpoint) async -> Bool = { _ in false }
    ) {
        RequestServer(
            host: host, agreement: given.agreement(digest, contradicts: contradicts), source: given, lightClients: GivenUpdates(),
            spec: .pol, budget: budget, blame: verdicts.blame, partings: PeerPartings(PeerRequests(host), part: verdicts.part),
            logger: quiet
        ).serve()
    }
}

extension PeerRequests {
    init(_ host: Host) { self.init(host: host, forkDigest: digest, spec: .pol) }
}
