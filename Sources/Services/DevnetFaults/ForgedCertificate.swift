import AckQuorum
public import BeaconTypes
import BLS
import EngineTypes
import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconBlock {
    /// This block with a claim to an update that nobody voted on: a certificate in which every member's bit is set, and
    /// whose signature is the empty aggregate.
    ///
    /// Everything else in the certificate fits the chain, so that the signature alone is at fault. The payload's hash no
    /// longer fits its `extra_data`, which the execution layer would refuse as well, had it to judge.
    public func claimingForgedUpdate(_ committee: AckCommittee, spec: BeaconSpec) -> BeaconBlock {
        let members = committee.context.members
        guard committee.slot > 1, let author = members.contains(proposerIndex) ? proposerIndex : members.first else { return self }
        let candidate = UpdateCandidate(
            baseModelRoot: committee.learning.baseModelRoot, parentAdapterRoot: committee.learning.adapterRoot, slot: committee.slot - 1,
            author: author, inputs: [CandidateInput(fileHash: SHA256.hash(randaoBytes), rewardAddress: .zero)], selected: Bitlist([true]))
        var ack = UpdateAck(
            slot: committee.slot, anchorRoot: committee.context.anchorRoot, updateId: candidate.updateID(spec), author: author,
            verdict: UpdateAckVerdict.valid.rawValue, adapterRoot: SHA256.hash(committee.learning.adapterRoot.bytes),
            lossBefore: Float(4).bitPattern, lossAfter: Float(3).bitPattern)
        ack.sliceSeed = committee.context.sliceSeed(ack.updateId)
        if committee.learning.hasPools {
            let (high, low) = (Float(4).bitPattern, Float(3).bitPattern)
            ack.guardLosses = GuardLosses(taskBefore: high, taskAfter: low, generalBase: high, generalParent: high, generalAfter: high)
        }
        var forged = self
        forged.body.ackCertificate = AckCertificate(
            candidate: candidate, ack: ack, committeeBits: Bitlist([Bool](repeating: true, count: members.count)),
            signature: BLS.infinitySignature, lossesRoot: SHA256.hash(randaoBytes + [1]))
        forged.body.executionPayload.extraData = PolExtraData.bytes(
            parentHash: body.executionPayload.parentHash, updateID: ack.updateId)
        return forged
    }

    /// Different in every block, so that no two forged updates are the same.
    private var randaoBytes: [UInt8] { body.randaoReveal.bytes }
}
