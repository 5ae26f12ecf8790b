/// The rules of the state transition, one case for each `assert` of the specification (or each group of asserts
/// that say one thing) and for each rule that our fork adds to the payload.
public enum TransitionRule: String, Hashable, Sendable, CaseIterable {
    // Arithmetic and access.
    /// A `uint64` would overflow or underflow, or a divisor is zero: the specification calls that invalid.
    case arithmetic = "uint64 arithmetic"
    /// An index points outside a list.
    case indexOutOfRange = "index out of range"
    /// A list would outgrow its limit.
    case listFull = "list full"
    /// No validator is active.
    case noActiveValidators = "no active validators"

    /// A state from outside whose parts do not fit together.
    case inconsistentState = "inconsistent state"

    // Slots and headers.
    case slotNotLater = "slot not later than the state's"
    case blockSlot = "block slot"
    case blockNotNewer = "block not newer than the latest header"
    case proposerIndex = "proposer index"
    case parentRoot = "parent root"
    case proposerSlashed = "proposer slashed"
    case blockSignature = "block signature"
    case stateRoot = "state root"
    case historyRange = "slot outside the history"

    // RANDAO, payload, withdrawals.
    case randaoReveal = "randao reveal"
    case payloadParentHash = "payload parent hash"
    case payloadPrevRandao = "payload prev_randao"
    case payloadTimestamp = "payload timestamp"
    case blobCommitments = "too many blob commitments"
    case payloadInvalid = "payload refused by the execution engine"
    case withdrawals = "withdrawals"
    /// Our fork: the payload's difficulty is not the one that its parent and timestamp demand.
    case difficulty = "difficulty"
    /// Our fork: extra_data is not 64 bytes long.
    case extraDataLength = "extra_data length"
    /// Our fork: extra_data does not begin with the execution parent's hash.
    case extraDataParent = "extra_data parent"

    // Operations.
    case depositCount = "number of deposits"
    case depositProof = "deposit proof"
    case slashingSlots = "proposer slashing slots differ"
    case slashingProposers = "proposer slashing proposers differ"
    case slashingSameHeader = "proposer slashing headers equal"
    case notSlashable = "validator not slashable"
    case slashingSignature = "proposer slashing signature"
    case attesterSlashingData = "attester slashing data not slashable"
    case attesterSlashingNobody = "attester slashing slashes nobody"
    case indexedAttestationIndices = "attesting indices empty, unsorted or repeated"
    case attestationSignature = "attestation signature"
    case attestationTargetEpoch = "attestation target epoch"
    case attestationTargetSlot = "attestation target epoch and slot differ"
    case attestationTooNew = "attestation inclusion delay"
    case attestationIndex = "attestation data index"
    case attestationCommittee = "attestation committee index"
    case attestationEmptyCommittee = "attestation without attesters of a committee"
    case attestationBits = "attestation bits length"
    case attestationSource = "attestation source"
    case exitInactive = "exit of an inactive validator"
    case exitInitiated = "exit already initiated"
    case exitTooEarly = "exit epoch in the future"
    case exitTooYoung = "exit before the shard committee period"
    case exitPendingWithdrawals = "exit with pending partial withdrawals"
    case exitSignature = "exit signature"
    case changeCredentials = "credentials change of other than BLS credentials"
    case changePublicKey = "credentials change by another public key"
    case changeSignature = "credentials change signature"
    case syncAggregateSignature = "sync aggregate signature"
    case publicKey = "invalid public key"

    // Genesis.
    case genesisInput = "genesis input"
}
