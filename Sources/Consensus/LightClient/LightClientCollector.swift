public import BeaconTypes
public import Primitives
import SSZ

/// Collects, block by block, what a full node serves to light clients: the best update of each sync committee period and the
/// newest update (altair `light-client/full-node.md`).
///
/// A pure value. Every block is added with the state after it; what is kept of it are a few proofs. Each block knows the best
/// update of its period on its own branch, so that a reorganisation changes the answer without any work. Blocks before the
/// finalised one are forgotten, best updates of finalised periods are the caller's to keep.
public struct LightClientCollector: Sendable {
    /// The best update of each period as the head's branch has it, from the finalised block's period on.
    public private(set) var bestUpdates: [UInt64: LightClientUpdate] = [:]
    /// The update of the newest block on the head's branch that the sync committee signed, after finality.
    public private(set) var latestUpdate: LightClientUpdate?
    private let spec: BeaconSpec
    private var blocks: [Root: CollectedBlock] = [:]
    private var finalizedSlot: Slot = 0

    public init(_ spec: BeaconSpec) { self.spec = spec }

    /// Whether the block was added and is not yet forgotten.
    public func contains(_ root: Root) -> Bool { blocks[root] != nil }

    /// Adds a block. Where its parent is not known, it is where collecting begins: the signature in it is not used.
    ///
    /// - Parameters:
    ///   - state: the state after the block.
    ///   - best: the best update of the block's period so far, where collecting begins in the middle of a period.
    ///   - ancestor: finds a block by its root: the one that the state finalises.
    public mutating func add(
        _ block: BeaconBlock, root: Root, state: BeaconState, best: LightClientUpdate? = nil,
        ancestor: (Root) throws -> BeaconBlock?
    ) throws {
        guard blocks[root] == nil else { return }
        let parent = blocks[block.parentRoot]
        var added = CollectedBlock(
            header: try LightClientHeader(of: block, spec), syncAggregate: block.body.syncAggregate,
            nextSyncCommittee: state.nextSyncCommittee,
            nextSyncCommitteeBranch: SSZVector(
                try state.merkleBranch(generalizedIndex: Constant.nextSyncCommitteeGindexElectra, spec).siblings),
            finalizedRoot: state.finalizedCheckpoint.root,
            finalityBranch: SSZVector(
                try state.merkleBranch(generalizedIndex: Constant.finalizedRootGindexElectra, spec).siblings),
            bestUpdate: best)
        if let parent, parent.finalizedRoot == added.finalizedRoot {
            added.finalizedHeader = parent.finalizedHeader
        } else {
            added.finalizedHeader = try finalizedHeader(added.finalizedRoot, ancestor)
        }
        if let parent { follow(parent, &added) }
        blocks[root] = added
    }

    /// What light clients are told of a finalised root: nothing for the zero root, which stands for genesis. A genesis block
    /// that a later checkpoint names cannot be proved to them.
    private func finalizedHeader(_ root: Root, _ ancestor: (Root) throws -> BeaconBlock?) throws -> LightClientHeader? {
        if root.isZero { return LightClientHeader(default: spec) }
        guard let block = try ancestor(root), block.slot != Constant.genesisSlot else { return nil }
        return try LightClientHeader(of: block, spec)
    }

    /// Takes over from the parent what its branch had, and compares the update that the block's signature makes.
    private func follow(_ parent: CollectedBlock, _ added: inout CollectedBlock) {
        let isSamePeriod = spec.syncCommitteePeriod(at: parent.slot) == spec.syncCommitteePeriod(at: added.slot)
        let participants = added.syncAggregate.syncCommitteeBits.setCount
        let isSigned = UInt64(participants) >= spec.preset.minSyncCommitteeParticipants
        added.isSigner = isSigned
        guard isSamePeriod else { return }
        added.bestUpdate = parent.bestUpdate
        guard isSigned else { return }
        let update = update(attested: parent, signer: added)
        if parent.bestUpdate.map({ update.isBetter(than: $0, spec) }) ?? true { added.bestUpdate = update }
    }

    /// Makes the block the head: the best updates of all periods that are not final, and the newest update, are its branch's.
    public mutating func setHead(_ root: Root) {
        guard let head = blocks[root] else {
            latestUpdate = nil
            return
        }
        var cursor = head
        var found: [UInt64: LightClientUpdate] = [:]
        walk: while true {
            let period = spec.syncCommitteePeriod(at: cursor.slot)
            found[period] = cursor.bestUpdate
            let start = spec.startSlot(ofSyncCommitteePeriod: period)
            repeat {
                guard let parent = blocks[cursor.header.beacon.parentRoot], parent.slot >= finalizedSlot else { break walk }
                cursor = parent
            } while cursor.slot >= start
        }
        bestUpdates = found
        latestUpdate = newest(on: head)
    }

    /// The update of the newest signed block, unless it is finalised.
    private func newest(on head: CollectedBlock) -> LightClientUpdate? {
        var signer = head
        while !signer.isSigner {
            guard let parent = blocks[signer.header.beacon.parentRoot] else { return nil }
            signer = parent
        }
        guard signer.slot > finalizedSlot, let attested = blocks[signer.header.beacon.parentRoot], attested.slot >= finalizedSlot
        else { return nil }
        return update(attested: attested, signer: signer)
    }

    /// Forgets everything before the finalised block.
    ///
    /// - Returns: the best updates of the periods up to the block's as far as they are final, to be kept by the caller.
    public mutating func finalize(_ root: Root) -> [UInt64: LightClientUpdate] {
        guard let block = blocks[root] else { return [:] }
        let period = spec.syncCommitteePeriod(at: block.slot)
        var final = bestUpdates.filter { $0.key < period }
        final[period] = block.bestUpdate
        bestUpdates = bestUpdates.filter { $0.key >= period }
        finalizedSlot = block.slot
        blocks = blocks.filter { $0.value.slot >= finalizedSlot }
        return final
    }

    /// `create_light_client_update` (altair `light-client/full-node.md`) from what was kept of both blocks.
    private func update(attested: CollectedBlock, signer: CollectedBlock) -> LightClientUpdate {
        var update = LightClientUpdate(default: spec)
        update.attestedHeader = attested.header
        // `next_sync_committee` is only useful if the message is signed by the current sync committee
        if spec.syncCommitteePeriod(at: attested.slot) == spec.syncCommitteePeriod(at: signer.slot) {
            update.nextSyncCommittee = attested.nextSyncCommittee
            update.nextSyncCommitteeBranch = attested.nextSyncCommitteeBranch
        }
        // Indicate finality whenever possible
        if let finalizedHeader = attested.finalizedHeader {
            update.finalizedHeader = finalizedHeader
            update.finalityBranch = attested.finalityBranch
        }
        update.syncAggregate = signer.syncAggregate
        update.signatureSlot = signer.slot
        return update
    }
}

/// What is kept of a block and the state after it.
struct CollectedBlock: Sendable {
    var header: LightClientHeader
    var syncAggregate: SyncAggregate
    var nextSyncCommittee: SyncCommittee
    var nextSyncCommitteeBranch: SSZVector<Bytes32>
    var finalizedRoot: Root
    var finalityBranch: SSZVector<Bytes32>
    /// The header of `finalizedRoot`; `nil` where its block is not held.
    var finalizedHeader: LightClientHeader?
    /// The best update of the block's period up to the block.
    var bestUpdate: LightClientUpdate?
    /// Whether enough members of the sync committee signed the parent in this block, and the parent was collected.
    var isSigner = false

    var slot: Slot { header.beacon.slot }
}
