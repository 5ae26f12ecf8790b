package import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_attester_slashing` (phase0 beacon-chain, Attester slashings).
    package mutating func processAttesterSlashing(
        _ slashing: AttesterSlashing, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let attestation1 = slashing.attestation1
        let attestation2 = slashing.attestation2
        try require(isSlashableAttestationData(attestation1.data, attestation2.data), .attesterSlashingData)
        try checkIndexedAttestation(attestation1, &signatures)
        try checkIndexedAttestation(attestation2, &signatures)

        var slashedAny = false
        let others = Set(attestation2.attestingIndices)
        // The indices are ascending: checked above.
        for index in attestation1.attestingIndices where others.contains(index) {
            if isSlashableValidator(try validator(index), currentEpoch) {
                try slashValidator(index)
                slashedAny = true
            }
        }
        try require(slashedAny, .attesterSlashingNobody)
    }
}
