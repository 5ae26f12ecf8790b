public import Primitives

extension ValidatorHistory {
    /// Whether a block may be signed: EIP-3076 conditions 1 and 2. The very message signed before may be signed again.
    ///
    /// - Throws: the reason why not.
    public func check(_ block: SignedBlockRecord) throws(SlashingProtectionError) {
        if let bound = bounds.slot, block.slot <= bound { throw .blockTooOld(slot: block.slot, bound: bound) }
        let sameSlot = blocks.filter { $0.slot == block.slot }
        if !sameSlot.isEmpty {
            guard block.signingRoot != nil, sameSlot.allSatisfy({ $0.signingRoot == block.signingRoot })
            else { throw .doubleBlock(slot: block.slot) }
            return
        }
        if let lowest = blocks.first?.slot, block.slot <= lowest { throw .blockTooOld(slot: block.slot, bound: lowest) }
    }

    /// Checks a block and enters it into the history. The history must be on disk before the signature is made.
    public mutating func record(_ block: SignedBlockRecord) throws(SlashingProtectionError) {
        try check(block)
        insert(block)
    }

    /// Whether an attestation may be signed: EIP-3076 conditions 3 to 5. The very message signed before may be signed
    /// again.
    ///
    /// - Throws: the reason why not.
    public func check(_ attestation: SignedAttestationRecord) throws(SlashingProtectionError) {
        let (source, target) = (attestation.sourceEpoch, attestation.targetEpoch)
        guard source <= target else { throw .sourceAfterTarget(source: source, target: target) }
        if let bound = bounds.sourceEpoch, source < bound { throw .attestationTooOld(source: source, target: target) }
        if let bound = bounds.targetEpoch, target <= bound { throw .attestationTooOld(source: source, target: target) }
        var isRepeat = false
        for signed in attestations {
            if signed.targetEpoch == target {
                guard signed == attestation, attestation.signingRoot != nil else { throw .doubleVote(target: target) }
                isRepeat = true
            } else if attestation.surrounds(signed) {
                throw .surroundsSigned(source: signed.sourceEpoch, target: signed.targetEpoch)
            } else if signed.surrounds(attestation) {
                throw .surroundedBySigned(source: signed.sourceEpoch, target: signed.targetEpoch)
            }
        }
        if isRepeat { return }
        if let lowest = attestations.lazy.map(\.sourceEpoch).min(), source < lowest {
            throw .attestationTooOld(source: source, target: target)
        }
        if let lowest = attestations.first?.targetEpoch, target <= lowest { throw .attestationTooOld(source: source, target: target) }
    }

    /// Checks an attestation and enters it into the history. The history must be on disk before the signature is made.
    public mutating func record(_ attestation: SignedAttestationRecord) throws(SlashingProtectionError) {
        try check(attestation)
        insert(attestation)
    }

    /// Whether an ACK may be signed: nothing else was signed on its subject.
    ///
    /// - Throws: `SlashingProtectionError.contradictoryAck`, also where pruned history cannot exclude a contradiction.
    public func check(ack subject: AckSubject, signingRoot: Hash32) throws(SlashingProtectionError) {
        if let signed = acks[subject] {
            guard signed == signingRoot else { throw .contradictoryAck(updateID: subject.updateID) }
        } else if let bound = bounds.ackSlot, subject.slot <= bound {
            throw .contradictoryAck(updateID: subject.updateID)
        }
    }

    /// Checks an ACK and enters it into the history. The history must be on disk before the signature is made.
    public mutating func record(ack subject: AckSubject, signingRoot: Hash32) throws(SlashingProtectionError) {
        try check(ack: subject, signingRoot: signingRoot)
        insert(signingRoot, on: subject)
    }
}
