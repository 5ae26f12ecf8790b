public import BeaconTypes
public import Primitives
import SSZ
public import ServiceInterfaces

/// A node's own chain as a source for others: what it answers to their range and root requests, bounded.
public struct ChainBlockSource: BlockSource {
    public let name: String
    private let chain: any BeaconChainReader
    private let heads: any BlockImporting
    private let missing: @Sendable () throws -> Range<Slot>?

    /// - Parameter missing: the slots whose blocks are not here yet: nothing is said of them.
    public init(
        name: String, chain: any BeaconChainReader & BlockImporting, missing: @escaping @Sendable () throws -> Range<Slot>? = { nil }
    ) {
        self.name = name
        self.chain = chain
        self.missing = missing
        heads = chain
    }

    public func status() async throws -> BlockSourceStatus { try await heads.sourceStatus() }

    public func blocks(in slots: Range<Slot>) async throws -> [SignedBeaconBlock] {
        if let missing = try missing(), missing.overlaps(slots) {
            throw ChainSyncError.incomplete("blocks of slots \(missing.lowerBound) to \(missing.upperBound - 1) are not here yet")
        }
        var result: [SignedBeaconBlock] = []
        for slot in slots.prefix(BlockRequestLimit.maximumBlocks) {
            guard let found = try await chain.block(.slot(slot)), found.block.message.slot == slot, slot > 0 else { continue }
            result.append(found.block)
        }
        return result
    }

    public func blocks(roots: [Root]) async throws -> [SignedBeaconBlock] {
        var result: [SignedBeaconBlock] = []
        for root in roots.prefix(BlockRequestLimit.maximumBlocks) {
            if let found = try await chain.block(.root(root)) { result.append(found.block) }
        }
        return result
    }

    /// Whether a peer's finalised checkpoint is certainly none of this chain: this chain's finalised block of that slot is another.
    /// Where the slot is empty here, or its block is not held, nothing is said.
    public func contradicts(_ checkpoint: Checkpoint) async -> Bool {
        guard let own = try? await heads.sourceStatus().finalized, checkpoint.epoch > 0, checkpoint.epoch <= own.epoch else { return false }
        let slot = checkpoint.epoch * heads.spec.preset.slotsPerEpoch
        guard let found = try? await chain.block(.slot(slot)), found.block.message.slot == slot else { return false }
        return found.root != checkpoint.root
    }

    public func state(after block: BeaconBlock) async throws -> BeaconState {
        // What is not final may have to be made anew for whoever asks, again and again.
        guard let found = try await chain.block(.root(block.hashTreeRoot(spec))), found.isFinalized,
            let state = try await chain.state(.root(block.stateRoot))
        else { throw ChainSyncError.incomplete("\(name) does not hold the state of slot \(block.slot)") }
        return state.state
    }

    private var spec: BeaconSpec { heads.spec }
}
