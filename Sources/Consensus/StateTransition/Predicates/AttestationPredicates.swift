public import BeaconTypes

/// `is_slashable_attestation_data` (phase0 beacon-chain, Predicates): a double or a surround vote.
public func isSlashableAttestationData(_ data1: AttestationData, _ data2: AttestationData) -> Bool {
    (data1 != data2 && data1.target.epoch == data2.target.epoch)
        || (data1.source.epoch < data2.source.epoch && data2.target.epoch < data1.target.epoch)
}

extension CachedBeaconState {
    /// `is_valid_indexed_attestation` (phase0 beacon-chain, Predicates).
    public func isValidIndexedAttestation(_ attestation: IndexedAttestation) -> Bool {
        var signatures = SignatureCollector(.individually)
        do {
            try checkIndexedAttestation(attestation, &signatures)
            return true
        } catch {
            return false
        }
    }

    /// `is_valid_indexed_attestation` (phase0 beacon-chain, Predicates), thrown as the rule that it breaks.
    func checkIndexedAttestation(
        _ attestation: IndexedAttestation, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let indices = attestation.attestingIndices
        try require(!indices.isEmpty, .indexedAttestationIndices)
        for (left, right) in zip(indices, indices.dropFirst()) {
            try require(left < right, .indexedAttestationIndices, "\(left) before \(right)")
        }
        var publicKeys: [BLSPubkey] = []
        publicKeys.reserveCapacity(indices.count)
        for index in indices { publicKeys.append(try validator(index).pubkey) }
        let domain = getDomain(Constant.domainBeaconAttester, attestation.data.target.epoch)
        try signatures.check(
            publicKeys, computeSigningRoot(attestation.data, domain, spec), attestation.signature, .rule(.attestationSignature))
    }
}
