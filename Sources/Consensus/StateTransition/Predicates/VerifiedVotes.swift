public import BeaconTypes

extension CachedBeaconState {
    /// The indexed form of an attestation after checking it against this state, which is its target's checkpoint state:
    /// what fork choice takes (phase0 fork-choice, `on_attestation`).
    public func verifiedIndexedAttestation(
        _ attestation: Attestation, strategy: SignatureStrategy = .individually
    ) throws(StateTransitionError) -> IndexedAttestation {
        let indexed = try getIndexedAttestation(attestation)
        var signatures = SignatureCollector(strategy)
        try checkIndexedAttestation(indexed, &signatures)
        try signatures.finish()
        return indexed
    }

    /// The validators that a slashing proves to have signed slashable votes, checked against this state: what fork choice
    /// takes (phase0 fork-choice, `on_attester_slashing`).
    public func verifiedEquivocators(
        _ slashing: AttesterSlashing, strategy: SignatureStrategy = .individually
    ) throws(StateTransitionError) -> [ValidatorIndex] {
        try require(
            isSlashableAttestationData(slashing.attestation1.data, slashing.attestation2.data), .attesterSlashingData)
        var signatures = SignatureCollector(strategy)
        try checkIndexedAttestation(slashing.attestation1, &signatures)
        try checkIndexedAttestation(slashing.attestation2, &signatures)
        try signatures.finish()
        let others = Set(slashing.attestation2.attestingIndices)
        return slashing.attestation1.attestingIndices.filter { others.contains($0) }
    }
}
