import AIEngine
import AckQuorum
import BeaconTypes
import EngineTypes
import Primitives
import RemoteBeaconNode
import SSZ
import ServiceInterfaces
import Synchronization

/// Sees the whole node for the dashboard where the beacon node is in another process. What is asked of that is little: a block
/// is fetched once.
final class RemoteNodeStatus: NodeObserver {
    private let node: RemoteBeaconNode
    private let engine: AIEngine
    private let peers: any PeerDirectory
    private let seen = Mutex<[Root: (summary: BlockSummary, parent: Root)]>([:])
    private let registry = Mutex<(count: Int, epoch: Epoch)?>(nil)

    init(node: RemoteBeaconNode, engine: AIEngine, peers: any PeerDirectory) {
        (self.node, self.engine, self.peers) = (node, engine, peers)
    }

    func snapshot() async -> NodeSnapshot {
        let glance = try? await node.glance()
        let status = await engine.status()
        let updates = await engine.updates(limit: NodeStatus.curveLength)
        var snapshot = NodeSnapshot(
            version: PolaiVersion.current, time: node.clock.currentTime, genesisTime: node.clock.genesisTime,
            secondsPerSlot: node.clock.secondsPerSlot, currentSlot: node.clock.currentSlot, headSlot: glance?.head.slot ?? 0,
            headRoot: (glance?.head.root ?? .zero).hex, justifiedEpoch: glance?.justified.epoch ?? 0,
            finalizedEpoch: glance?.finalized.epoch ?? 0, finalizedRoot: (glance?.finalized.root ?? .zero).hex,
            validators: await validators(), peers: await peers.listing().peers.count, ai: status, blocks: await blocks(glance),
            updates: Array(updates.prefix(NodeStatus.listLength)),
            lossCurve: NodeStatus.curve(updates, base: status.baseLoss, count: status.updateCount))
        snapshot.absence = (try? await node.absentStake()).flatMap(AbsenceSummary.init)
        snapshot.history = await node.syncStatus().history.map(HistorySummary.init)
        return snapshot
    }

    func snapshots() async -> AsyncStream<NodeSnapshot> { ticking() }

    private func blocks(_ glance: RemoteBeaconNode.Glance?) async -> [BlockSummary] {
        guard let glance else { return [] }
        let final = glance.finalized.epoch * node.spec.preset.slotsPerEpoch
        var result: [BlockSummary] = []
        var cursor = glance.head.root
        while result.count < NodeStatus.listLength, let (known, parent) = await block(cursor), known.slot > 0 {
            var summary = known
            summary.finalized = known.slot <= final
            result.append(summary)
            cursor = parent
        }
        let shown = Set(result.map(\.root))
        seen.withLock { seen in seen = seen.filter { shown.contains($0.key.hex) } }
        return result
    }

    private func block(_ root: Root) async -> (BlockSummary, Root)? {
        if let known = seen.withLock({ $0[root] }) { return known }
        guard let found = try? await node.block(.root(root)) else { return nil }
        let slot = found.block.message.slot
        let context = slot > 0 ? try? await node.ackCommittee(slot: slot).context : nil
        let seats = context.map { AckSeats(members: $0.members.count, quorum: Int(clamping: $0.quorum)) }
        let summary = NodeStatus.summary(found, seats: seats)
        let parent = found.block.message.parentRoot
        seen.withLock { $0[root] = (summary: summary, parent: parent) }
        return (summary, parent)
    }

    /// Asked for once in 32 epochs: the list is long.
    private func validators() async -> Int {
        let epoch = (node.clock.currentSlot ?? 0) / max(1, node.spec.preset.slotsPerEpoch)
        if let known = registry.withLock({ $0 }), known.epoch / 32 == epoch / 32 { return known.count }
        guard let count = try? await node.validatorCount() else { return registry.withLock { $0?.count } ?? 0 }
        registry.withLock { $0 = (count, epoch) }
        return count
    }
}
