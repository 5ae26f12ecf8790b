import BLS
import BeaconTypes
import Primitives
import SSZ
import StateTransition

/// A block that passed the cheap checks: its parent is known and its proposer signed it.
struct CheckedBlock: Sendable {
    let signed: SignedBeaconBlock
    let root: Root

    /// Demands the signature of the claimed proposer, on the nearest state there is: the parent's own. No slot is processed for
    /// a block that nobody of the chain signed.
    init(_ signed: SignedBeaconBlock, root: Root, _ archive: ChainArchive) throws {
        let block = signed.message
        let parent = try archive.state(after: block.parentRoot)
        do {
            guard block.slot > parent.state.slot else {
                throw StateTransitionError(.slotNotLater, "slot \(block.slot), state at slot \(parent.state.slot)")
            }
            let epoch = block.slot / archive.spec.preset.slotsPerEpoch
            let message = computeSigningRoot(objectRoot: root, parent.getDomain(Constant.domainBeaconProposer, epoch))
            // A registry grows at the ends of epochs: a proposer that this state does not know is seen later.
            if block.proposerIndex < UInt64(parent.state.validators.count) {
                let key = try parent.validator(block.proposerIndex).pubkey
                guard BLS.verify(publicKey: key, message: message, signature: signed.signature) else {
                    throw StateTransitionError(.blockSignature, "of 1 signer")
                }
            }
        } catch let error as StateTransitionError {
            throw BeaconNodeError.invalidBlock(root, error)
        }
        self.signed = signed
        self.root = root
    }
}
