public import Primitives

/// Everything one validator signed that could be held against it, and the rules that follow from it: EIP-3076,
/// and one message for each subject of an ACK vote.
///
/// The history is complete as long as nothing was pruned: any message that is provably safe may be signed. Pruned
/// or minimised history turns into bounds, below which nothing is signed.
public struct ValidatorHistory: Hashable, Sendable {
    /// Signed blocks, ascending by slot. Imports may hold several of one slot.
    public private(set) var blocks: [SignedBlockRecord] = []
    /// Signed attestations, ascending by target.
    public private(set) var attestations: [SignedAttestationRecord] = []
    /// The message signed on each ACK subject.
    public private(set) var acks: [AckSubject: Hash32] = [:]
    /// What is left of history that was dropped.
    public private(set) var bounds = Bounds()

    /// Limits that stand for messages no longer listed.
    public struct Bounds: Hashable, Sendable {
        /// No block at or before this slot is signed.
        public var slot: UInt64?
        /// No attestation with an earlier source is signed.
        public var sourceEpoch: UInt64?
        /// No attestation with this target or an earlier one is signed.
        public var targetEpoch: UInt64?
        /// No ACK of this slot or an earlier one is signed.
        public var ackSlot: UInt64?

        public init() {}
    }

    public init() {}

    init(blocks: [SignedBlockRecord], attestations: [SignedAttestationRecord], acks: [AckSubject: Hash32], bounds: Bounds) {
        self.acks = acks
        self.bounds = bounds
        merge(blocks: blocks, attestations: attestations)
    }

    /// Adds messages signed elsewhere, without any check: they happened.
    public mutating func merge(blocks newBlocks: [SignedBlockRecord], attestations newAttestations: [SignedAttestationRecord]) {
        blocks = Array(Set(blocks + newBlocks)).sorted(by: Self.order)
        attestations = Array(Set(attestations + newAttestations)).sorted(by: Self.order)
    }

    /// Adds another history of the same validator. Both happened; of two contradicting ACKs the one here is kept.
    public mutating func merge(_ other: ValidatorHistory) {
        merge(blocks: other.blocks, attestations: other.attestations)
        acks.merge(other.acks) { ours, _ in ours }
        raise(&bounds.slot, to: other.bounds.slot)
        raise(&bounds.sourceEpoch, to: other.bounds.sourceEpoch)
        raise(&bounds.targetEpoch, to: other.bounds.targetEpoch)
        raise(&bounds.ackSlot, to: other.bounds.ackSlot)
    }

    mutating func insert(_ block: SignedBlockRecord) {
        guard !blocks.contains(block) else { return }
        blocks.insert(block, at: blocks.lastIndex { $0.slot <= block.slot }.map { $0 + 1 } ?? 0)
    }

    mutating func insert(_ attestation: SignedAttestationRecord) {
        guard !attestations.contains(attestation) else { return }
        let index = attestations.lastIndex { $0.targetEpoch <= attestation.targetEpoch }.map { $0 + 1 } ?? 0
        attestations.insert(attestation, at: index)
    }

    mutating func insert(_ root: Hash32, on subject: AckSubject) { acks[subject] = root }

    /// Reduces blocks and attestations to the highest marks: the minimal form of EIP-3076.
    public mutating func minimize() {
        prune(blocksBefore: .max, attestationsWithTargetBefore: .max, acksBefore: 0, keepingOne: false)
    }

    /// Drops messages before the given slots and target epoch and raises the bounds instead. The newest block and
    /// attestation stay, so that they can be signed again after a crash.
    public mutating func prune(blocksBefore slot: UInt64, attestationsWithTargetBefore target: UInt64, acksBefore ackSlot: UInt64) {
        prune(blocksBefore: slot, attestationsWithTargetBefore: target, acksBefore: ackSlot, keepingOne: true)
    }

    private mutating func prune(
        blocksBefore slot: UInt64, attestationsWithTargetBefore target: UInt64, acksBefore ackSlot: UInt64, keepingOne: Bool
    ) {
        let keptBlocks = keepingOne ? blocks.dropLast() : blocks[...]
        let oldBlocks = keptBlocks.filter { $0.slot < slot || !keepingOne }
        raise(&bounds.slot, to: oldBlocks.map(\.slot).max())
        blocks.removeFirst(oldBlocks.count)

        let keptAttestations = keepingOne ? attestations.dropLast() : attestations[...]
        let oldAttestations = keptAttestations.filter { $0.targetEpoch < target || !keepingOne }
        raise(&bounds.sourceEpoch, to: oldAttestations.map(\.sourceEpoch).max())
        raise(&bounds.targetEpoch, to: oldAttestations.map(\.targetEpoch).max())
        attestations.removeFirst(oldAttestations.count)

        let oldAcks = acks.keys.filter { $0.slot < ackSlot }
        raise(&bounds.ackSlot, to: oldAcks.map(\.slot).max())
        for subject in oldAcks { acks[subject] = nil }
    }

    private func raise(_ bound: inout UInt64?, to value: UInt64?) {
        guard let value else { return }
        bound = max(bound ?? value, value)
    }

    private static func order(_ left: SignedBlockRecord, _ right: SignedBlockRecord) -> Bool {
        (left.slot, rank(left.signingRoot), left.signingRoot ?? .zero) < (right.slot, rank(right.signingRoot), right.signingRoot ?? .zero)
    }

    private static func order(_ left: SignedAttestationRecord, _ right: SignedAttestationRecord) -> Bool {
        (left.targetEpoch, left.sourceEpoch, rank(left.signingRoot), left.signingRoot ?? .zero)
            < (right.targetEpoch, right.sourceEpoch, rank(right.signingRoot), right.signingRoot ?? .zero)
    }

    /// A record without a root comes before one of root zero, so that every set of records has one order.
    private static func rank(_ root: Hash32?) -> Int { root == nil ? 0 : 1 }
}
