public import BeaconTypes
import SSZ

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
        try checkAttestationSignature(indices, attestation.data, attestation.signature, &signatures)
    }

    /// The signature of `is_valid_indexed_attestation`: of all these validators, in any order.
    func checkAttestationSignature(
        _ indices: [ValidatorIndex], _ data: AttestationData, _ signature: BLSSignature, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let count = UInt64(state.validators.count)
        for index in indices where index >= count {
            throw StateTransitionError(.indexOutOfRange, "validator \(index) of \(count)")
        }
        guard signatures.isChecking else { return }
        var publicKeys: [BLSPubkey] = []
        publicKeys.reserveCapacity(indices.count)
        for index in indices { publicKeys.append(state.validators[Int(index)].pubkey) }
        let domain = getDomain(Constant.domainBeaconAttester, data.target.epoch)
        try signatures.check(
            publicKeys, computeSigningRoot(data, domain, spec), signature, .rule(.attestationSignature))
    }
}
