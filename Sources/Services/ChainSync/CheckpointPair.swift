public import BeaconTypes
import Primitives
import SSZ
public import ServiceInterfaces

/// A source's finalised block with the state after it, not checked yet.
public struct CheckpointPair: Sendable {
    public let block: SignedBeaconBlock
    public let state: BeaconState

    /// Asks `source` for both.
    public init(from source: any BlockSource, spec: BeaconSpec) async throws {
        state = try await source.finalizedState()
        var header = state.latestBlockHeader
        if header.stateRoot.isZero { header.stateRoot = state.hashTreeRoot(spec) }
        let root = header.hashTreeRoot(spec)
        guard let found = try await source.blocks(roots: [root]).first(where: { $0.message.hashTreeRoot(spec) == root }) else {
            throw ChainSyncError.incomplete("\(source.name) does not give the block \(root) of its finalised state")
        }
        block = found
    }
}
