public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension LightClientHeader {
    /// `block_to_light_client_header` (capella … electra `light-client/full-node.md`): the block's header, and its payload's
    /// with the proof that ties them. Under `pol` the payload header has two more fields, which the proof covers.
    public init(of block: BeaconBlock, _ spec: BeaconSpec) throws {
        let branch = try block.body.merkleBranch(generalizedIndex: Constant.executionPayloadGindex, spec)
        self.init(
            beacon: BeaconBlockHeader(
                slot: block.slot, proposerIndex: block.proposerIndex, parentRoot: block.parentRoot, stateRoot: block.stateRoot,
                bodyRoot: block.body.hashTreeRoot(spec)),
            execution: ExecutionPayloadHeader(block.body.executionPayload, spec), executionBranch: SSZVector(branch.siblings))
    }

    /// `is_valid_light_client_header` (electra `light-client/sync-protocol.md`).
    public func isValid(_ spec: BeaconSpec) -> Bool {
        Merkle.isValidBranch(
            leaf: execution.hashTreeRoot(spec), branch: executionBranch, depth: Int(Constant.executionBranchDepth),
            index: subtreeIndex(Constant.executionPayloadGindex), root: beacon.bodyRoot)
    }
}

/// `get_subtree_index` (altair `light-client/sync-protocol.md`): a node's position in its row.
func subtreeIndex(_ generalizedIndex: UInt64) -> UInt64 {
    guard generalizedIndex > 0 else { return 0 }
    return generalizedIndex & ~(1 << UInt64(63 - generalizedIndex.leadingZeroBitCount))
}
