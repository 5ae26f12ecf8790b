import SSZ
import BLS
import BeaconTypes
import Primitives
import StateTransition

/// Single attestations that wait for a block, by what they say and who says it.
struct AttestationPool {
    private struct Key: Hashable {
        let data: AttestationData
        let committee: CommitteeIndex
    }

    private var votes: [Key: [ValidatorIndex: BLSSignature]] = [:]

    var count: Int { votes.values.reduce(0) { $0 + $1.count } }

    mutating func insert(_ attestation: SingleAttestation) {
        let key = Key(data: attestation.data, committee: attestation.committeeIndex)
        votes[key, default: [:]][attestation.attesterIndex] = attestation.signature
    }

    /// Aggregates for a block on `pre`, a state already at the block's slot: newest first, at most the block's limit.
    ///
    /// Only attestations whose target and source are the state's own are taken, as `process_attestation` demands.
    func aggregates(for pre: CachedBeaconState) -> [Attestation] {
        let preset = pre.spec.preset
        let ordered = votes.keys.sorted { first, second in
            first.data.slot != second.data.slot ? first.data.slot > second.data.slot : first.committee < second.committee
        }
        var result: [Attestation] = []
        for key in ordered where result.count < Int(preset.maxAttestationsElectra) {
            guard isIncludable(key.data, in: pre), let aggregate = aggregate(key, on: pre) else { continue }
            result.append(aggregate)
        }
        return result
    }

    private func isIncludable(_ data: AttestationData, in pre: CachedBeaconState) -> Bool {
        let current = pre.currentEpoch
        guard data.target.epoch == current || data.target.epoch == pre.previousEpoch else { return false }
        guard data.slot + pre.spec.preset.minAttestationInclusionDelay <= pre.state.slot else { return false }
        return data.source
            == (data.target.epoch == current ? pre.state.currentJustifiedCheckpoint : pre.state.previousJustifiedCheckpoint)
    }

    private func aggregate(_ key: Key, on pre: CachedBeaconState) -> Attestation? {
        guard let votes = votes[key], let committee = try? pre.getBeaconCommittee(key.data.slot, key.committee) else { return nil }
        var bits = [Bool](repeating: false, count: committee.count)
        var signatures: [BLSSignature] = []
        for (position, validator) in committee.enumerated() {
            if let signature = votes[validator] {
                bits[position] = true
                signatures.append(signature)
            }
        }
        guard !signatures.isEmpty, let signature = try? BLS.aggregate(signatures) else { return nil }
        var committees = [Bool](repeating: false, count: Int(pre.spec.preset.maxCommitteesPerSlot))
        guard key.committee < UInt64(committees.count) else { return nil }
        committees[Int(key.committee)] = true
        return Attestation(
            aggregationBits: Bitlist(bits), data: key.data, signature: signature, committeeBits: Bitvector(committees))
    }

    /// Forgets attestations too old for any block.
    mutating func prune(before slot: Slot) {
        votes = votes.filter { $0.key.data.slot >= slot }
    }
}
