public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// `validate_attester_slashing_gossip` (phase0 p2p-interface): topic `attester_slashing`.
    public mutating func validateAttesterSlashingGossip(_ slashing: AttesterSlashing, _ chain: GossipChain) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            let (attestation1, attestation2) = (slashing.attestation1, slashing.attestation2)
            let slashable = Set(attestation1.attestingIndices).intersection(attestation2.attestingIndices)
            // [IGNORE] At least one index in the intersection has not yet been seen
            let isNews = slashable.contains { !seen.attesterSlashingIndices.contains($0) }
            try demand(isNews, .ignore(.attesterSlashingSeen))
            // [REJECT] The attestation data is slashable (double vote or surround vote)
            try demand(isSlashableAttestationData(attestation1.data, attestation2.data), .reject(.attestationsNotSlashable))
            // [REJECT] All validator indices in each indexed attestation are valid, and so are its other properties
            let state = chain.headState
            let count = UInt64(state.state.validators.count)
            try demand(attestation1.attestingIndices.allSatisfy { $0 < count }, .reject(.indicesOutOfRange1))
            try demand(state.isValidIndexedAttestation(attestation1), .reject(.indexedAttestation1))
            try demand(attestation2.attestingIndices.allSatisfy { $0 < count }, .reject(.indicesOutOfRange2))
            try demand(state.isValidIndexedAttestation(attestation2), .reject(.indexedAttestation2))
            // [REJECT] At least one validator in the intersection is slashable
            let isAnySlashable = slashable.contains { index in
                (try? state.validator(index)).map { isSlashableValidator($0, state.currentEpoch) } ?? false
            }
            try demand(isAnySlashable, .reject(.nobodySlashable))
            // Mark these indices as seen
            for index in slashable.sorted() { seen.attesterSlashingIndices.insert(index) }
        }
    }
}
