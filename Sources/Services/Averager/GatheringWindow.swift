import Aggregation
import LoRA
import Primitives
import UpdateCodec
import UpdateJudgement

/// An update file that was checked and waits for the gate.
struct GatheredUpdate: Sendable {
    let id: Hash32
    let bytes: Int
    let codec: UpdateEncoding
    let metadata: UpdateMetadata
    /// libp2p peer id of its trainer.
    let trainer: String
    let delta: LoRADelta

    var input: AggregationInput { AggregationInput(id: id, delta: delta, steps: metadata.steps) }
}

/// Gathers the updates on one adapter. A pure state machine: times come from the caller, in seconds.
///
/// The window closes when as many trainers have delivered as delivered lately or as were expected, or when its time is
/// up: a node with one trainer never waits, and a trainer that went away is waited for only a while.
struct GatheringWindow: Sendable {
    /// Most updates held at once; a manifest names half as many.
    static let capacity = 32
    /// How many windows a silent trainer still counts as one to wait for.
    private static let memory = 3.0

    private(set) var parent: Hash32?
    private(set) var updates: [GatheredUpdate] = []
    private var opened: Double?
    private var lastDelivery: [[UInt8]: Double] = [:]

    /// Begins anew on another adapter; the updates on the old one.
    mutating func move(to parent: Hash32) -> [GatheredUpdate] {
        guard parent != self.parent else { return [] }
        defer {
            self.parent = parent
            updates = []
            opened = nil
        }
        return updates
    }

    func update(of publicKey: [UInt8]) -> GatheredUpdate? { updates.first { $0.metadata.publicKey == publicKey } }
    func contains(_ id: Hash32) -> Bool { updates.contains { $0.id == id } }
    var isFull: Bool { updates.count >= Self.capacity }

    mutating func add(_ update: GatheredUpdate, now: Double) {
        if opened == nil { opened = now }
        lastDelivery[update.metadata.publicKey] = now
        updates.append(update)
    }

    /// Whether the time has come to judge what is here.
    func isDue(now: Double, expected: Int, length: Double) -> Bool {
        guard let opened, !updates.isEmpty else { return false }
        let lately = lastDelivery.values.count { now - $0 <= Self.memory * length }
        let wanted = min(Proposal.manifestLimit, max(1, expected, lately))
        return updates.count >= wanted || now - opened >= length
    }

    /// When the window's time is up; `nil` while nothing waits.
    func closes(after length: Double) -> Double? { updates.isEmpty ? nil : opened.map { $0 + length } }

    /// The first updates to arrive, as many as a manifest holds; the rest stays.
    mutating func take() -> [GatheredUpdate] {
        let taken = Array(updates.prefix(Proposal.manifestLimit))
        updates.removeFirst(taken.count)
        if updates.isEmpty { opened = nil }
        return taken
    }

    /// Puts back what could not be judged, in front.
    mutating func putBack(_ taken: [GatheredUpdate], now: Double) {
        updates = taken + updates
        if opened == nil, !updates.isEmpty { opened = now }
    }
}
