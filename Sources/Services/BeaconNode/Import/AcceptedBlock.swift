import AckQuorum
import BLS
import BeaconTypes
import EngineTypes
import ForkChoice
import Primitives
import SSZ
import StateTransition

/// A block that the state transition accepted, with everything that its commit needs: computed beside the importer.
struct AcceptedBlock: Sendable {
    let signed: SignedBeaconBlock
    let root: Root
    let post: CachedBeaconState
    let node: ProtoNode
    /// Its votes and the validators that it proves to have voted twice.
    let weight: BlockWeight
    let encodedBlock: [UInt8]
    let encodedState: [UInt8]
    /// The state roots of the slots without a block since its parent, as far back as the state tells them.
    let emptySlots: [(slot: Slot, stateRoot: Root)]

    init(_ checked: CheckedBlock, _ archive: ChainArchive) throws {
        let (signed, spec) = (checked.signed, archive.spec)
        let block = signed.message
        var pre: CachedBeaconState?
        do {
            let advanced = try archive.state(after: block.parentRoot, at: block.slot)
            pre = advanced
            var state = advanced
            try state.applyBlock(signed)
            post = state
        } catch let error as StateTransitionError {
            // The evidence is sought on the state that is there.
            throw RefusedBlock(
                error: .invalidBlock(checked.root, error), evidence: pre.flatMap { $0.ackEvidence(signed) })
        }
        self.signed = signed
        root = checked.root
        node = try ProtoNode(root: checked.root, block: block, postState: post)
        weight = BlockWeight(block, post: post)
        encodedBlock = signed.serialize(spec)
        encodedState = post.state.serialize(spec)
        let stateRoots = post.state.stateRoots
        let ring = UInt64(stateRoots.count)
        let parentSlot = try archive.state(after: block.parentRoot).state.latestBlockHeader.slot
        let first = max(parentSlot + 1, block.slot > ring ? block.slot - ring : 0)
        emptySlots = first < block.slot ? (first..<block.slot).map { ($0, stateRoots[Int($0 % ring)]) } : []
    }
}

/// A block that breaks a rule, and what that proves of its signer.
struct RefusedBlock: Error {
    let error: BeaconNodeError
    let evidence: AckEvidence?
}

/// A claim of an update without a valid certificate, signed by its proposer.
struct AckEvidence: Sendable {
    let slashing: AckQuorumSlashing
    let fault: AckFault
}

extension CachedBeaconState {
    /// The evidence in a block that claims an update, and the fault that it proves; `nil` when there is none, or when the
    /// proposer did not sign the block: anybody can write a bad block in another's name. The state is at the block's slot.
    func ackEvidence(_ signed: SignedBeaconBlock) -> AckEvidence? {
        let block = signed.message
        guard let updateID = PolExtraData.updateID(block.body.executionPayload.extraData), !updateID.isZero,
            let index = Int(exactly: block.proposerIndex), index < state.validators.count
        else { return nil }
        let epoch = block.slot / spec.preset.slotsPerEpoch
        let signingRoot = computeSigningRoot(objectRoot: block.hashTreeRoot(spec), getDomain(Constant.domainBeaconProposer, epoch))
        guard BLS.verify(publicKey: state.validators[index].pubkey, message: signingRoot, signature: signed.signature),
            let fault = ackCertificateFault(block.body.ackCertificate, updateID: updateID, blockSlot: block.slot),
            let slashing = try? AckQuorumSlashing(accusing: signed, spec: spec)
        else { return nil }
        return AckEvidence(slashing: slashing, fault: fault)
    }
}
