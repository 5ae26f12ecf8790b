import UpdateCodec
import AckQuorum
import Logging
import BeaconTypes
import ContentRouting
import LoRA
import Primitives
import SSZ
import ServiceInterfaces

extension Averager {
    /// Writes the candidate's manifest, keeps its adapter, and publishes the ACKs of this node's validators.
    func vote(on judged: JudgedUpdate) async throws {
        let slot = max(1, node.clock.currentSlot ?? 0)
        let committee = try await node.ackCommittee(slot: slot)
        let voters = await signer.signers(among: committee.context.members)
        guard let author = voters.first else {
            throw UpdateRejection(status: .rejected, reason: "no validator of this node is in the committee of slot \(slot)")
        }
        let candidate = UpdateCandidate(
            baseModelRoot: committee.learning.baseModelRoot, parentAdapterRoot: committee.learning.adapterRoot, slot: slot,
            author: author,
            inputs: [CandidateInput(fileHash: judged.fileID, rewardAddress: judged.file.metadata.trainer)],
            selected: Bitlist([true]))
        guard judged.parent.root == committee.learning.adapterRoot else {
            throw UpdateRejection(status: .expired, reason: "another update changed the adapter while the gate ran")
        }
        let ack = UpdateAck(
            slot: slot, anchorRoot: committee.context.anchorRoot, updateId: candidate.hashTreeRoot(node.spec), author: author,
            verdict: 1, adapterRoot: judged.result.root, lossBefore: judged.before.lossBits, lossAfter: judged.after.lossBits)
        try await adapters.keep(judged.result)
        await note(judged, ack: ack, committee: committee)
        try await publish(ack, voters: voters, committee: committee)
        try await routing.announce(candidate)
    }

    /// Signs and stores one ACK record for each voter.
    private func publish(_ ack: UpdateAck, voters: [ValidatorIndex], committee: AckCommittee) async throws {
        for voter in voters {
            guard let seat = committee.context.members.firstIndex(of: voter) else { continue }
            let vote = try await signer.sign(ack, validator: voter)
            let record = try AckRecordEnvelope.record(
                vote, publicKey: committee.context.publicKeys[seat], peerKey: peerKey, now: node.clock.currentTime, spec: node.spec)
            try await routing.put(record)
            try await routing.announce(vote)
            logger.info(
                "ACK",
                metadata: [
                    "update": "\(ack.updateId.shortHex)", "validator": "\(voter)", "slot": "\(ack.slot)",
                    "verdict": "\(vote.message.verdict == 1 ? "VALID" : "INVALID")",
                ])
        }
    }

    private func note(_ judged: JudgedUpdate, ack: UpdateAck, committee: AckCommittee) async {
        var summary = UpdateSummary(updateID: ack.updateId.hex, inputs: [judged.fileID.hex], status: .pending, bytes: judged.bytes)
        summary.slot = ack.slot
        summary.lossBefore = judged.before.loss
        summary.lossAfter = judged.after.loss
        summary.lossBeforeBits = ack.lossBefore
        summary.lossAfterBits = ack.lossAfter
        summary.committee = committee.context.members.count
        summary.quorum = Int(committee.context.quorum)
        summary.codec = judged.file.codec.rawValue
        summary.adapterRoot = ack.adapterRoot.hex
        summary.parentAdapterRoot = judged.parent.root.hex
        summary.gateSeconds = judged.after.seconds
        await journal.note(summary)
    }
}
