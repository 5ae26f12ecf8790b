import BLS
import BeaconTypes
import Primitives
import SSZ

/// Sync committee signatures that wait for a block or an aggregator, by the block that they sign and the slot of signing:
/// single messages, and contributions of others.
///
/// Signatures were verified when they came. A validator with several seats signs once and counts once for each.
struct SyncCommitteePool: Sendable {
    struct Subject: Hashable, Sendable {
        let slot: Slot
        let blockRoot: Root
    }

    /// Signatures of some seats of one subcommittee.
    struct Part: Sendable, Hashable {
        var bits: Bitvector
        var signature: BLSSignature
    }

    /// Contributions kept for one subcommittee and subject.
    static let contributionLimit = 16
    /// Different blocks signed in the last slots; signatures of more are not kept.
    static let subjectLimit = 256

    private var messages: [Subject: [ValidatorIndex: BLSSignature]] = [:]
    private var contributions: [Subject: [UInt64: [Part]]] = [:]

    var count: Int { messages.values.reduce(0) { $0 + $1.count } + contributions.values.reduce(0) { $0 + $1.count } }

    func contains(_ message: SyncCommitteeMessage) -> Bool {
        messages[Subject(slot: message.slot, blockRoot: message.beaconBlockRoot)]?[message.validatorIndex] != nil
    }

    mutating func insert(_ message: SyncCommitteeMessage) {
        let subject = Subject(slot: message.slot, blockRoot: message.beaconBlockRoot)
        guard messages[subject] != nil || messages.count < Self.subjectLimit else { return }
        messages[subject, default: [:]][message.validatorIndex] = message.signature
    }

    /// Adds a contribution unless another has all its signatures; those whose signatures it all has go.
    mutating func insert(_ contribution: SyncCommitteeContribution) {
        let subject = Subject(slot: contribution.slot, blockRoot: contribution.beaconBlockRoot)
        guard contributions[subject] != nil || contributions.count < Self.subjectLimit else { return }
        var kept = contributions[subject]?[contribution.subcommitteeIndex] ?? []
        if kept.contains(where: { $0.bits.isSuperset(of: contribution.aggregationBits) }) { return }
        kept.removeAll { contribution.aggregationBits.isSuperset(of: $0.bits) }
        guard kept.count < Self.contributionLimit else { return }
        kept.append(Part(bits: contribution.aggregationBits, signature: contribution.signature))
        contributions[subject, default: [:]][contribution.subcommitteeIndex] = kept
    }

    /// The most signatures of one subcommittee that can be added up: the largest contribution, those disjoint from it, and
    /// the single messages that they lack.
    ///
    /// - Parameter seats: the subcommittee's members in order; `nil` for one who is no validator.
    func part(_ subject: Subject, subcommittee: UInt64, seats: ArraySlice<ValidatorIndex?>) -> Part? {
        var bits = Bitvector(count: seats.count)
        var signatures: [BLSSignature] = []
        let parts = contributions[subject]?[subcommittee] ?? []
        for part in parts.sorted(by: { $0.bits.setCount > $1.bits.setCount }) where bits.isDisjoint(with: part.bits) {
            bits.formUnion(part.bits)
            signatures.append(part.signature)
        }
        let singles = messages[subject] ?? [:]
        for (seat, member) in seats.enumerated() where !bits[seat] {
            guard let member, let signature = singles[member] else { continue }
            bits[seat] = true
            signatures.append(signature)
        }
        guard let signature = try? BLS.aggregate(signatures) else { return nil }
        return Part(bits: bits, signature: signature)
    }

    /// The sync aggregate of a block that follows `subject`; nobody's when there are no signatures.
    ///
    /// - Parameter seats: the whole committee.
    func aggregate(_ subject: Subject, seats: [ValidatorIndex?]) -> SyncAggregate {
        let size = seats.count / Int(Constant.syncCommitteeSubnetCount)
        var bits: [Bool] = []
        var signatures: [BLSSignature] = []
        for subcommittee in 0..<Int(Constant.syncCommitteeSubnetCount) {
            let members = seats[subcommittee * size..<(subcommittee + 1) * size]
            if let part = part(subject, subcommittee: UInt64(subcommittee), seats: members) {
                bits += part.bits
                signatures.append(part.signature)
            } else {
                bits += [Bool](repeating: false, count: size)
            }
        }
        return SyncAggregate(
            syncCommitteeBits: Bitvector(bits), syncCommitteeSignature: (try? BLS.aggregate(signatures)) ?? BLS.infinitySignature)
    }

    /// Forgets signatures too old for any block.
    mutating func prune(before slot: Slot) {
        messages = messages.filter { $0.key.slot >= slot }
        contributions = contributions.filter { $0.key.slot >= slot }
    }
}
