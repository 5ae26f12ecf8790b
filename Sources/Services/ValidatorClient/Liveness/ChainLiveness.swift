public import BeaconTypes
import SSZ
public import ServiceInterfaces

/// Reads from the chain's own states and blocks who was at work.
public struct ChainLiveness: ValidatorLiveness {
    private let chain: any BeaconChainReader

    public init(chain: any BeaconChainReader) {
        self.chain = chain
    }

    public func newestEpoch() async throws -> Epoch {
        await chain.syncStatus().headSlot / chain.spec.preset.slotsPerEpoch
    }

    public func liveValidators(epoch: Epoch, among indices: [ValidatorIndex]) async throws -> Set<ValidatorIndex> {
        let perEpoch = chain.spec.preset.slotsPerEpoch
        var live = Set<ValidatorIndex>()
        if let flags = try await participation(epoch) {
            live.formUnion(indices.filter { $0 < UInt64(flags.count) && flags[Int($0)] != 0 })
        }
        for slot in epoch * perEpoch..<(epoch + 1) * perEpoch {
            if let block = try await chain.block(.slot(slot)), slot > 0 { live.insert(block.block.message.proposerIndex) }
        }
        return live.intersection(indices)
    }

    /// The participation flags of `epoch` in the last state that keeps them.
    private func participation(_ epoch: Epoch) async throws -> SSZList<UInt8>? {
        let perEpoch = chain.spec.preset.slotsPerEpoch
        guard let head = try await chain.state(.head) else { return nil }
        let headEpoch = head.state.slot / perEpoch
        if headEpoch == epoch { return head.state.currentEpochParticipation }
        if headEpoch == epoch + 1 { return head.state.previousEpochParticipation }
        guard headEpoch > epoch else { return nil }
        for slot in ((epoch + 1) * perEpoch..<(epoch + 2) * perEpoch).reversed() {
            if let state = try await chain.state(.slot(slot)) { return state.state.previousEpochParticipation }
        }
        return nil
    }
}
