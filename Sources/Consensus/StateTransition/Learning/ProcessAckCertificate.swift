public import AckQuorum
public import BeaconTypes
import EngineTypes
public import Primitives
import SSZ

extension CachedBeaconState {
    /// Applies the block's ACK certificate to the learning state (docs/protocol.md#process_ack_certificate).
    ///
    /// The faults that make slashing evidence come first, then those that need the learning state.
    package mutating func processAckCertificate(
        _ body: BeaconBlockBody, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let certificate = body.ackCertificate
        guard let updateID = PolExtraData.updateID(body.executionPayload.extraData) else {
            throw StateTransitionError(.extraDataLength, "\(body.executionPayload.extraData.count) bytes")
        }
        if updateID.isZero {
            try require(certificate == AckCertificate(), .certificateNotEmpty)
            return
        }
        try checkAckCertificate(certificate, updateID: updateID, blockSlot: state.slot, &signatures)

        let learning = state.learning
        try require(
            !learning.recentUpdateIds.contains(updateID), .replay, "update \(updateID.shortHex)")
        try require(
            certificate.candidate.baseModelRoot == learning.baseModelRoot, .baseModel,
            "\(certificate.candidate.baseModelRoot.shortHex), expected \(learning.baseModelRoot.shortHex)")
        try require(
            certificate.candidate.parentAdapterRoot == learning.adapterRoot, .parentAdapter,
            "\(certificate.candidate.parentAdapterRoot.shortHex), expected \(learning.adapterRoot.shortHex)")

        let ack = certificate.ack
        let reveal = try revealSlot(certificate.candidate)
        try require(reveal == ack.slot, .reveal, "slot \(ack.slot), expected \(reveal.map { "\($0)" } ?? "none yet")")
        try require(GuardRule.isWithinBudget(ack, learning), .budget, "update \(updateID.shortHex)")

        // Accept the update
        let position = try ringPosition(learning.updateCount, learning.recentUpdateIds.count)
        state.learning.recentUpdateIds[position] = updateID
        try state.learning.note(ack.guardLosses)
        state.learning.adapterRoot = certificate.ack.adapterRoot
        queueTrainerRewards(certificate)
    }

    /// The faults of a certificate that are pure in the chain before `blockSlot`, thrown in their order.
    private func checkAckCertificate(
        _ certificate: AckCertificate, updateID: Bytes32, blockSlot: Slot, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        if let fault = AckCertificateRules.statementFault(
            certificate, updateID: updateID, blockSlot: blockSlot, hasPools: state.learning.hasPools, spec: spec)
        {
            throw StateTransitionError(fault, "ack of slot \(certificate.ack.slot) in a block of slot \(blockSlot)")
        }
        let context = try ackContext(certificate.ack.slot)
        if let fault = AckCertificateRules.votesFault(certificate, context) {
            throw StateTransitionError(fault, "ack of slot \(certificate.ack.slot), committee of \(context.members.count)")
        }
        try signatures.check(
            context.publicKeys(at: certificate.committeeBits), context.signingRoot(certificate.statement),
            certificate.signature, .ack(.signature))
    }

    /// Whether a certificate in a block at `blockSlot` has a fault that can be proved from the chain before that block,
    /// and which; `nil` for a valid one. The signature is verified here and now.
    public func ackCertificateFault(
        _ certificate: AckCertificate, updateID: Bytes32, blockSlot: Slot
    ) -> AckFault? {
        var signatures = SignatureCollector(.individually)
        do {
            try checkAckCertificate(certificate, updateID: updateID, blockSlot: blockSlot, &signatures)
            return nil
        } catch {
            if case .ack(let fault) = error.reason { return fault }
            // The committee or anchor of the stated slot cannot be found: the statement does not fit this chain.
            return .anchor
        }
    }
}

extension LearningState {
    /// Notes one more accepted update: on a chain with pools what its slice showed of general text goes into the ring
    /// ``generalLosses``, and ``updateCount`` rises by one.
    ///
    /// - Throws: `arithmetic` where the ring has no entries or the count would overflow.
    package mutating func note(_ losses: GuardLosses) throws(StateTransitionError) {
        if hasPools {
            let entry = Int(try updateCount %! UInt64(generalLosses.count))
            generalLosses[entry] = GeneralLoss(base: losses.generalBase, after: losses.generalAfter)
        }
        updateCount = try updateCount +! 1
    }
}
