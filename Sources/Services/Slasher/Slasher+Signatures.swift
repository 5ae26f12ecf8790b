import BLS
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension Slasher {
    /// Checks a header's signature on the head's state.
    func checkProposer(_ header: SignedBeaconBlockHeader) async throws {
        let state = try await headState()
        let key = try publicKey(header.message.proposerIndex, in: state)
        let domain = state.getDomain(Constant.domainBeaconProposer, header.message.slot / spec.preset.slotsPerEpoch)
        guard
            BLS.verify(
                publicKey: key, message: computeSigningRoot(header.message, domain, spec), signature: header.signature)
        else { throw SlasherError.invalid("the header's signature is not validator \(header.message.proposerIndex)'s") }
    }

    /// Checks an indexed attestation on the head's state: `is_valid_indexed_attestation`, and that its epochs can be judged.
    func checkAttestation(_ attestation: IndexedAttestation) async throws {
        try checkEpochs(attestation)
        let indices = attestation.attestingIndices
        guard !indices.isEmpty, zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw SlasherError.invalid("the attesting indices are not one or more, ascending, each once")
        }
        let state = try await headState()
        let keys = try indices.map { try publicKey($0, in: state) }
        let domain = state.getDomain(Constant.domainBeaconAttester, attestation.data.target.epoch)
        guard
            BLS.fastAggregateVerify(
                publicKeys: keys, message: computeSigningRoot(attestation.data, domain, spec), signature: attestation.signature)
        else { throw SlasherError.invalid("the attestation's signature is not that of its \(indices.count) validators") }
    }

    /// Refuses what `VoteDatabase` would pass over.
    func checkEpochs(_ attestation: IndexedAttestation) throws(SlasherError) {
        let (source, target) = (attestation.data.source.epoch, attestation.data.target.epoch)
        guard source <= target else { throw .invalid("source epoch \(source) is after target epoch \(target)") }
        guard target <= currentEpoch else { throw .invalid("target epoch \(target) is in the future; it is epoch \(currentEpoch)") }
        let limit = Int(clamping: spec.preset.maxValidatorsPerSlot)
        guard attestation.attestingIndices.count <= limit else {
            throw .invalid("\(attestation.attestingIndices.count) attesting indices; a slot has at most \(limit)")
        }
    }

    private func headState() async throws -> CachedBeaconState {
        guard let head = try await chain.state(.head) else { throw SlasherError.unavailable("the head's state") }
        return CachedBeaconState(head.state, spec: spec)
    }

    private func publicKey(_ index: ValidatorIndex, in state: CachedBeaconState) throws(SlasherError) -> BLSPubkey {
        guard let position = Int(exactly: index), position < state.state.validators.count else {
            throw .invalid("validator \(index) is not in the registry of \(state.state.validators.count)")
        }
        return state.state.validators[position].pubkey
    }
}
