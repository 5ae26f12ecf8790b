/// Which condition of gossip does not hold.
///
/// The raw value is the reason that the executable specification states, and with it the official `networking` vectors; the
/// reasons of our own topics follow their style.
public enum GossipReason: String, Hashable, Sendable, CaseIterable {
    // beacon_block
    case blockSeen = "block is not the first valid block for this slot and proposer"
    case blockFromFuture = "block is from a future slot"
    case blockNotAfterFinalized = "block is not from a slot greater than the latest finalized slot"
    case parentUnknown = "block's parent has not been seen"
    case parentInvalidAndOptimistic = "block's parent is invalid and its payload is optimistic"
    case parentInvalidAndProcessed = "block's parent is invalid and its payload is processed"
    case parentPayloadInvalid = "block's parent is valid and its payload is invalid"
    case proposerOutOfRange = "proposer index out of range"
    case proposerSignature = "invalid proposer signature"
    case payloadTimestamp = "incorrect execution payload timestamp"
    case blockNotAfterParent = "block is not from a higher slot than its parent"
    case finalizedNotAncestor = "finalized checkpoint is not an ancestor of block"
    case tooManyCommitments = "too many blob kzg commitments"
    case wrongProposer = "block proposer_index does not match expected proposer"

    // beacon_aggregate_and_proof
    case aggregateDataIndex = "aggregate data index is non-zero"
    case aggregateCommittees = "aggregate committee bits must specify exactly one committee"
    case aggregateSeen = "already seen aggregate for this data"
    case aggregatorSeen = "already seen aggregate for this epoch and aggregator"
    case aggregateFromFuture = "aggregate slot is from a future slot"
    case aggregateEpoch = "aggregate epoch is not current or previous epoch"
    case aggregateBits = "aggregation bits length does not match committee size"
    case aggregateEmpty = "aggregate has no participants"
    case aggregatorNotSelected = "validator is not selected as aggregator"
    case aggregatorNotInCommittee = "aggregator is not a member of the committee"
    case selectionProof = "invalid selection proof signature"
    case aggregatorSignature = "invalid aggregator signature"
    case aggregateSignature = "invalid aggregate signature"

    // beacon_attestation_{subnet_id}, and what aggregates share with it
    case votedBlockUnknown = "block being voted for has not been seen"
    case votedBlockInvalid = "block being voted for failed validation"
    case committeeOutOfRange = "committee index out of range"
    case targetEpoch = "attestation epoch does not match target epoch"
    case targetNotAncestor = "target block is not an ancestor of LMD vote block"
    case attestationSeen = "already seen attestation for this epoch and validator"
    case attestationDataIndex = "attestation data index is non-zero"
    case attestationSubnet = "attestation is for wrong subnet"
    case attestationFromFuture = "attestation slot is from a future slot"
    case attestationEpoch = "attestation epoch is not current or previous epoch"
    case attesterNotInCommittee = "attester is not a member of the committee"
    case attestationSignature = "invalid attestation signature"

    // voluntary_exit
    case exitSeen = "already seen voluntary exit for this validator"
    case exitFromFuture = "voluntary exit epoch is in the future"
    case validatorOutOfRange = "validator index out of range"
    case exitInitiated = "validator has already initiated exit"
    case exitInactive = "validator is not active"
    case exitTooYoung = "validator has not been active long enough"
    case exitSignature = "invalid voluntary exit signature"

    // proposer_slashing
    case proposerSlashingSeen = "already seen proposer slashing for this proposer"
    case headerSlots = "header slots do not match"
    case headerProposers = "header proposer indices do not match"
    case headersEqual = "headers are not different"
    case proposerNotSlashable = "proposer is not slashable"
    case proposerSlashingSignature = "invalid proposer slashing signature"

    // attester_slashing
    case attesterSlashingSeen = "all attester slashing indices already seen"
    case attestationsNotSlashable = "attestation data is not slashable"
    case indicesOutOfRange1 = "validator index out of range in indexed attestation 1"
    case indexedAttestation1 = "invalid indexed attestation 1"
    case indicesOutOfRange2 = "validator index out of range in indexed attestation 2"
    case indexedAttestation2 = "invalid indexed attestation 2"
    case nobodySlashable = "no slashable validators in intersection"

    // sync_committee_contribution_and_proof
    case contributionSeen = "already seen contribution for this data"
    case contributorSeen = "already seen contribution from this aggregator"
    case contributionSlot = "contribution is not for the current slot"
    case subcommitteeOutOfRange = "subcommittee index out of range"
    case contributionEmpty = "contribution has no participants"
    case aggregatorOutOfRange = "aggregator index out of range"

    // sync_committee_{subnet_id}
    case syncMessageSeen = "already seen message from this validator for this slot and subnet"
    case syncMessageSlot = "message is not for the current slot"
    case syncMessageSubnet = "subnet_id is not valid for the validator"
    case syncMessageSignature = "invalid sync committee message signature"

    // bls_to_execution_change
    case changeSeen = "already seen BLS to execution change for this validator"
    case changeBeforeCapella = "current epoch is pre-capella"
    case changeCredentials = "validator does not have BLS withdrawal credentials"
    case changePublicKey = "pubkey does not match validator withdrawal credentials"
    case changeSignature = "invalid BLS to execution change signature"

    // update_ack
    case ackSeen = "already seen ack for this slot, update and validator"
    case ackFromFuture = "ack slot is from a future slot"
    case ackTooOld = "ack is older than the window"
    case ackGenesisSlot = "ack is of the genesis slot"
    case ackVerdict = "ack verdict is neither VALID nor INVALID"
    case ackInvalidFields = "an INVALID ack states an adapter or losses"
    case ackBudget = "an ack's verdict is not that of gate, slice and budget on the head"
    case ackLossGate = "a VALID ack states losses that do not pass the loss gate"
    case ackAnchor = "ack anchor is not the block root before its slot"
    case ackAuthor = "ack author is not a member of the committee"
    case ackVoter = "ack voter is not a member of the committee"
    case ackSignature = "invalid ack signature"

    // update_candidate
    case candidateSeen = "already seen candidate"
    case candidateLimit = "already seen as many candidates of this author and slot as are forwarded"
    case candidateFromFuture = "candidate slot is from a future slot"
    case candidateTooOld = "candidate is older than the window"
    case candidateGenesisSlot = "candidate is of the genesis slot"
    case candidateSelection = "candidate does not select among its inputs"
    case candidateBaseModel = "candidate is for another base model"
    case candidateParentAdapter = "candidate continues another adapter than the head's"
    case candidateAccepted = "candidate was accepted already"
    case candidateAuthor = "candidate author is not a member of the committee"

    // ack_quorum_slashing
    case ackSlashingSeen = "already seen ack quorum slashing for this proposer"
    case ackSlashingFromFuture = "ack quorum slashing header is from a future slot"
    case ackSlashingUnjudged = "ack quorum slashing cannot be judged on the head's chain"
    case ackSlashingInvalid = "ack quorum slashing proves nothing"

    // any topic
    case stateUnavailable = "the state to judge the message by is not available"
    case wrongFork = "the chain's fork does not know the topic"
}

extension GossipReason: CustomStringConvertible {
    public var description: String { rawValue }
}
