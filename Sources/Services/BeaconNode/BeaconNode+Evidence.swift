import AckQuorum
import BLS
import BeaconTypes
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension BeaconNode {
    /// Turns a refused block whose signer claimed an update without a valid certificate into evidence, and pools it.
    ///
    /// - Parameters:
    ///   - signed: a block that the state transition refused, for whatever reason.
    ///   - pre: the state on which it builds.
    func accuseSigner(of signed: SignedBeaconBlock, on pre: CachedBeaconState) async {
        guard let (slashing, fault) = ackEvidence(signed, on: pre) else { return }
        let accused = signed.message.proposerIndex
        logger.warning(
            "Forged ACK certificate: evidence against its signer",
            metadata: ["slot": "\(signed.message.slot)", "validator": "\(accused)", "fault": "\(fault)"])
        do {
            try await submit(slashing)
            figures.certificateFaults += 1
        } catch {
            logger.warning("Evidence against validator \(accused) is not pooled: \(error)")
        }
    }

    /// The evidence in a block that claims an update, and the fault that it proves; `nil` when there is none, or when the
    /// proposer did not sign the block: anybody can write a bad block in another's name.
    func ackEvidence(_ signed: SignedBeaconBlock, on pre: CachedBeaconState) -> (AckQuorumSlashing, AckFault)? {
        let block = signed.message
        guard let updateID = PolExtraData.updateID(block.body.executionPayload.extraData), !updateID.isZero else { return nil }
        var state = pre
        guard state.state.slot >= block.slot || (try? state.processSlots(to: block.slot)) != nil,
            let index = Int(exactly: block.proposerIndex), index < state.state.validators.count
        else { return nil }
        let epoch = block.slot / spec.preset.slotsPerEpoch
        let signingRoot = computeSigningRoot(
            objectRoot: block.hashTreeRoot(spec), state.getDomain(Constant.domainBeaconProposer, epoch))
        guard
            BLS.verify(publicKey: state.state.validators[index].pubkey, message: signingRoot, signature: signed.signature),
            let fault = state.ackCertificateFault(block.body.ackCertificate, updateID: updateID, blockSlot: block.slot),
            let slashing = try? AckQuorumSlashing(accusing: signed, spec: spec)
        else { return nil }
        return (slashing, fault)
    }
}
