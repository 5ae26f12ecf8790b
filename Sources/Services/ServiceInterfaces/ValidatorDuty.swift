public import BeaconTypes

/// A validator's turn to propose.
public struct ProposerDuty: Sendable, Hashable {
    public let publicKey: BLSPubkey
    public let validatorIndex: ValidatorIndex
    public let slot: Slot

    public init(publicKey: BLSPubkey, validatorIndex: ValidatorIndex, slot: Slot) {
        self.publicKey = publicKey
        self.validatorIndex = validatorIndex
        self.slot = slot
    }
}

/// A validator's turn to attest: its seat in a committee of one slot.
public struct AttesterDuty: Sendable, Hashable {
    public let publicKey: BLSPubkey
    public let validatorIndex: ValidatorIndex
    public let committeeIndex: CommitteeIndex
    public let committeeLength: UInt64
    public let validatorCommitteeIndex: UInt64
    public let slot: Slot

    public init(
        publicKey: BLSPubkey, validatorIndex: ValidatorIndex, committeeIndex: CommitteeIndex,
        committeeLength: UInt64, validatorCommitteeIndex: UInt64, slot: Slot
    ) {
        self.publicKey = publicKey
        self.validatorIndex = validatorIndex
        self.committeeIndex = committeeIndex
        self.committeeLength = committeeLength
        self.validatorCommitteeIndex = validatorCommitteeIndex
        self.slot = slot
    }
}
