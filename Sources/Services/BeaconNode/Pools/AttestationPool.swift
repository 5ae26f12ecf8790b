import BLS
import BeaconTypes
import Primitives
import SSZ
import StateTransition

/// Votes that wait for a block, by what they say and the committee that says it: single ones, and aggregates of others.
///
/// Signatures were verified when the votes came, so any sum of disjoint ones verifies as well.
struct AttestationPool: Sendable {
    struct Key: Hashable, Sendable {
        let data: AttestationData
        let committee: CommitteeIndex
    }

    /// Some of a committee's votes on one thing.
    struct Aggregate: Sendable, Hashable {
        /// In committee order.
        var bits: Bitlist
        var signature: BLSSignature
    }

    private struct Votes: Sendable {
        var singles: [ValidatorIndex: BLSSignature] = [:]
        var aggregates: [Aggregate] = []
    }

    /// Different things that may be voted for at once; votes for more are not kept.
    static let keyLimit = 4096
    /// Aggregates kept for each.
    static let aggregateLimit = 16

    private var votes: [Key: Votes] = [:]
    private var dataByRoot: [Root: AttestationData] = [:]

    /// How many single votes and aggregates wait.
    var count: Int { votes.values.reduce(0) { $0 + $1.singles.count + $1.aggregates.count } }

    mutating func insert(_ attestation: SingleAttestation) {
        let key = Key(data: attestation.data, committee: attestation.committeeIndex)
        guard isRoom(for: key) else { return }
        votes[key, default: Votes()].singles[attestation.attesterIndex] = attestation.signature
    }

    /// Adds an aggregate unless another has all its votes; those whose votes it all has go.
    mutating func insert(_ aggregate: Aggregate, for key: Key) {
        guard isRoom(for: key) else { return }
        var kept = votes[key, default: Votes()].aggregates
        if kept.contains(where: { $0.bits.isSuperset(of: aggregate.bits) }) { return }
        kept.removeAll { aggregate.bits.isSuperset(of: $0.bits) }
        guard kept.count < Self.aggregateLimit else { return }
        votes[key, default: Votes()].aggregates = kept + [aggregate]
    }

    private mutating func isRoom(for key: Key) -> Bool {
        if votes[key] != nil { return true }
        guard votes.count < Self.keyLimit else { return false }
        // The root depends on no preset.
        dataByRoot[key.data.hashTreeRoot(.mainnet)] = key.data
        return true
    }

    /// What has this root, among the things voted for.
    func data(_ root: Root) -> AttestationData? { dataByRoot[root] }

    /// Who voted singly for targets in `epoch`.
    func voters(epoch: Epoch) -> Set<ValidatorIndex> {
        votes.reduce(into: []) { if $1.key.data.target.epoch == epoch { $0.formUnion($1.value.singles.keys) } }
    }

    /// Everything that waits, one attestation for each set of disjoint votes of a committee; all committees, or one.
    func pooled(slot: Slot?, committeeIndex: CommitteeIndex?, on state: CachedBeaconState) -> [Attestation] {
        sortedKeys().filter { (slot ?? $0.data.slot) == $0.data.slot && (committeeIndex ?? $0.committee) == $0.committee }
            .flatMap { key in
                merged(key, on: state).compactMap { Self.attestation(key.data, [key.committee: $0], state.spec.preset) }
            }
    }

    /// The largest aggregate of a committee's votes on `data`.
    func best(_ data: AttestationData, committee: CommitteeIndex, on state: CachedBeaconState) -> Attestation? {
        let key = Key(data: data, committee: committee)
        guard let largest = merged(key, on: state).max(by: { $0.bits.setCount < $1.bits.setCount }) else { return nil }
        return Self.attestation(data, [committee: largest], state.spec.preset)
    }

    /// Attestations for a block on `pre`, a state already at the block's slot: newest first, those of all committees of a
    /// slot that say the same in one (electra validator, `compute_on_chain_aggregate`).
    ///
    /// Only votes whose target and source are the state's own are taken, as `process_attestation` demands.
    func aggregates(for pre: CachedBeaconState) -> [Attestation] {
        var result: [Attestation] = []
        var seen: Set<AttestationData> = []
        for data in sortedKeys().map(\.data) where isIncludable(data, in: pre) && seen.insert(data).inserted {
            var byCommittee: [CommitteeIndex: [Aggregate]] = [:]
            for key in votes.keys where key.data == data { byCommittee[key.committee] = merged(key, on: pre) }
            let layers = byCommittee.values.map(\.count).max() ?? 0
            for layer in 0..<layers {
                let parts = byCommittee.compactMapValues { $0.indices.contains(layer) ? $0[layer] : nil }
                if let attestation = Self.attestation(data, parts, pre.spec.preset) { result.append(attestation) }
            }
        }
        return result
    }

    /// Newest first, then by committee.
    private func sortedKeys() -> [Key] {
        votes.keys.sorted { first, second in
            first.data.slot != second.data.slot ? first.data.slot > second.data.slot : first.committee < second.committee
        }
    }

    private func isIncludable(_ data: AttestationData, in pre: CachedBeaconState) -> Bool {
        let current = pre.currentEpoch
        guard data.target.epoch == current || data.target.epoch == pre.previousEpoch else { return false }
        guard data.slot + pre.spec.preset.minAttestationInclusionDelay <= pre.state.slot else { return false }
        return data.source
            == (data.target.epoch == current ? pre.state.currentJustifiedCheckpoint : pre.state.previousJustifiedCheckpoint)
    }

    /// The committee's votes in as few aggregates as a greedy choice finds: the largest, joined with all that are disjoint
    /// from it and with the single votes it lacks; then the same with what is left, while it brings new votes.
    private func merged(_ key: Key, on state: CachedBeaconState) -> [Aggregate] {
        guard let votes = votes[key], let committee = try? state.getBeaconCommittee(key.data.slot, key.committee) else { return [] }
        var left = votes.aggregates.filter { $0.bits.count == committee.count }.sorted { $0.bits.setCount > $1.bits.setCount }
        let singles = Dictionary(
            uniqueKeysWithValues: committee.enumerated().compactMap { seat, member in votes.singles[member].map { (seat, $0) } })
        var covered = Bitlist(count: committee.count)
        var result: [Aggregate] = []
        while true {
            var bits = Bitlist(count: committee.count)
            var signatures: [BLSSignature] = []
            left.removeAll { aggregate in
                guard bits.isDisjoint(with: aggregate.bits), !covered.isSuperset(of: aggregate.bits) else { return false }
                bits.formUnion(aggregate.bits)
                signatures.append(aggregate.signature)
                return true
            }
            for (seat, signature) in singles where !bits[seat] && !(covered[seat] && signatures.isEmpty) {
                bits[seat] = true
                signatures.append(signature)
            }
            guard !covered.isSuperset(of: bits), let signature = try? BLS.aggregate(signatures) else { return result }
            covered.formUnion(bits)
            result.append(Aggregate(bits: bits, signature: signature))
        }
    }

    /// One attestation of the votes of several committees.
    private static func attestation(_ data: AttestationData, _ parts: [CommitteeIndex: Aggregate], _ preset: Preset) -> Attestation? {
        var committees = Bitvector(count: Int(preset.maxCommitteesPerSlot))
        var bits: [Bool] = []
        for (index, part) in parts.sorted(by: { $0.key < $1.key }) {
            guard index < UInt64(committees.count) else { return nil }
            committees[Int(index)] = true
            bits += part.bits
        }
        guard let signature = try? BLS.aggregate(parts.values.map(\.signature)) else { return nil }
        return Attestation(aggregationBits: Bitlist(bits), data: data, signature: signature, committeeBits: committees)
    }

    /// Forgets votes too old for any block.
    mutating func prune(before slot: Slot) {
        votes = votes.filter { $0.key.data.slot >= slot }
        dataByRoot = dataByRoot.filter { $0.value.slot >= slot }
    }
}

extension RandomAccessCollection where Element == Bool, Self: MutableCollection, Index == Int {
    /// Whether every bit of `other` is set here; false for another number of bits.
    func isSuperset(of other: Self) -> Bool { count == other.count && zip(self, other).allSatisfy { $0 || !$1 } }

    /// Whether no bit is set in both; false for another number of bits.
    func isDisjoint(with other: Self) -> Bool { count == other.count && zip(self, other).allSatisfy { !($0 && $1) } }

    /// Sets the bits of `other`, which has as many.
    mutating func formUnion(_ other: Self) {
        for index in indices where other.indices.contains(index) && other[index] { self[index] = true }
    }
}
