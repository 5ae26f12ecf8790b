public import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `process_attestation` (electra beacon-chain, Attestations).
    package mutating func processAttestation(
        _ attestation: Attestation, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let data = attestation.data
        let currentEpoch = currentEpoch
        try require(
            data.target.epoch == previousEpoch || data.target.epoch == currentEpoch, .attestationTargetEpoch,
            "\(data.target.epoch) at epoch \(currentEpoch)")
        try require(
            data.target.epoch == computeEpochAtSlot(data.slot), .attestationTargetSlot,
            "epoch \(data.target.epoch), slot \(data.slot)")
        try require(
            try data.slot +! preset.minAttestationInclusionDelay <= state.slot, .attestationTooNew,
            "slot \(data.slot) at slot \(state.slot)")
        try require(data.index == 0, .attestationIndex, "\(data.index)")

        let attestingIndices = try getAttestingIndices(attestation)
        let flags = try getAttestationParticipationFlags(data, inclusionDelay: state.slot - data.slot)
        // `is_valid_indexed_attestation` without the order of indices: a slot's committees have no member twice
        try require(!attestingIndices.isEmpty, .indexedAttestationIndices)
        try checkAttestationSignature(attestingIndices, data, attestation.signature, &signatures)

        // Update epoch participation flags
        let isCurrent = data.target.epoch == currentEpoch
        let numerator =
            isCurrent
            ? try addFlags(flags, to: attestingIndices, \.currentEpochParticipation)
            : try addFlags(flags, to: attestingIndices, \.previousEpochParticipation)

        // Reward proposer
        let denominator =
            (Constant.weightDenominator - Constant.proposerWeight) * Constant.weightDenominator / Constant.proposerWeight
        try increaseBalance(try getBeaconProposerIndex(), numerator / denominator)
    }

    /// Sets the flags of all attesting validators. Returns the numerator of the proposer's reward.
    private mutating func addFlags(
        _ flags: UInt8, to indices: [ValidatorIndex], _ list: WritableKeyPath<BeaconState, SSZList<ParticipationFlags>>
    ) throws(StateTransitionError) -> Gwei {
        let perIncrement = try getBaseRewardPerIncrement()
        let increment = preset.effectiveBalanceIncrement
        // The weight of each set of flags that can be added.
        var weights = InlineArray<8, UInt64>(repeating: 0)
        for set in UInt8(0)..<8 {
            for flag in ParticipationFlag.allCases where flag.isSet(in: set) { weights[Int(set)] += flag.weight }
        }
        // Neither changes within an epoch; validators that came since are not in a committee yet.
        let effectiveBalances = caches.columns?.effectiveBalances ?? []
        var participation = state[keyPath: list]
        state[keyPath: list] = SSZList()
        defer { state[keyPath: list] = participation }
        var numerator: Gwei = 0
        for index in indices {
            let position = Int(index)
            let old = participation[position]
            let added = flags & ~old
            guard added != 0 else { continue }
            participation[position] = old | added
            let effectiveBalance =
                position < effectiveBalances.count ? effectiveBalances[position] : state.validators[position].effectiveBalance
            let baseReward = try effectiveBalance / increment *! perIncrement
            numerator = try numerator +! baseReward *! weights[Int(added)]
        }
        return numerator
    }

    /// `get_attesting_indices` (electra beacon-chain, Beacon state accessors), with the checks of
    /// `process_attestation` on committees and bits, in committee order.
    public func getAttestingIndices(_ attestation: Attestation) throws(StateTransitionError) -> [ValidatorIndex] {
        let bits = attestation.aggregationBits
        var indices: [ValidatorIndex] = []
        var offset = 0
        for committeeIndex in 0..<attestation.committeeBits.count where attestation.committeeBits[committeeIndex] {
            let committee = try getBeaconCommittee(attestation.data.slot, CommitteeIndex(committeeIndex))
            try require(
                offset + committee.count <= bits.count, .attestationBits,
                "\(bits.count), at least \(offset + committee.count) expected")
            let before = indices.count
            for (seat, validator) in committee.enumerated() where bits[offset + seat] { indices.append(validator) }
            try require(indices.count > before, .attestationEmptyCommittee, "committee \(committeeIndex)")
            offset += committee.count
        }
        // Bitfield length matches total number of participants
        try require(bits.count == offset, .attestationBits, "\(bits.count), expected \(offset)")
        return indices
    }

    /// `get_indexed_attestation` (electra beacon-chain, Beacon state accessors).
    public func getIndexedAttestation(_ attestation: Attestation) throws(StateTransitionError) -> IndexedAttestation {
        IndexedAttestation(
            attestingIndices: try getAttestingIndices(attestation).sorted(), data: attestation.data,
            signature: attestation.signature)
    }

    /// `get_attestation_participation_flag_indices` (deneb beacon-chain, Beacon state accessors), as a bit set.
    func getAttestationParticipationFlags(
        _ data: AttestationData, inclusionDelay: UInt64
    ) throws(StateTransitionError) -> UInt8 {
        // Matching source
        let justifiedCheckpoint =
            data.target.epoch == currentEpoch ? state.currentJustifiedCheckpoint : state.previousJustifiedCheckpoint
        // Matching target
        let isMatchingTarget = try getBlockRoot(data.target.epoch) == data.target.root
        // Matching head
        let isMatchingHead = try getBlockRootAtSlot(data.slot) == data.beaconBlockRoot && isMatchingTarget
        try require(
            data.source == justifiedCheckpoint, .attestationSource,
            "epoch \(data.source.epoch), expected \(justifiedCheckpoint.epoch)")

        var flags: UInt8 = 0
        if inclusionDelay <= integerSquareroot(preset.slotsPerEpoch) { flags |= ParticipationFlag.timelySource.mask }
        if isMatchingTarget { flags |= ParticipationFlag.timelyTarget.mask }
        if isMatchingHead && inclusionDelay == preset.minAttestationInclusionDelay {
            flags |= ParticipationFlag.timelyHead.mask
        }
        return flags
    }
}
