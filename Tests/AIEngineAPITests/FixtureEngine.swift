import Primitives
import ServiceInterfaces

/// An engine with 30 updates, a trainer in mid-round and two adapters.
struct FixtureEngine: LearningReader, NodeObserver {
    struct Broken: Error {}

    static let single = filled(1)
    static let double = filled(2)
    static let lost = filled(3)
    static let broken = filled(0xbb)

    static func filled(_ byte: UInt8) -> Hash32 { Hash32([UInt8](repeating: byte, count: 32)) ?? .zero }

    func status() async -> AIEngineStatus {
        AIEngineStatus(
            model: "SmolLM2-135M-Instruct", baseModelRoot: Self.filled(9).hex, devTextsRoot: Self.filled(8).hex, parameters: 134_515_008,
            baseLoss: 3.84, headAdapterRoot: Self.filled(7).hex, headLoss: .nan, finalizedAdapterRoot: Self.filled(6).hex, updateCount: 30,
            gate: "evaluating", gateProgress: 0.25,
            trainer: TrainerProgress(round: 31, step: 12, steps: 120, loss: 3.9, tokensPerSecond: 400, phase: "training"))
    }

    func updates(limit: Int) async -> [UpdateSummary] {
        (0..<30).prefix(limit).map { UpdateSummary(updateID: Self.filled($0).hex, inputs: [], status: .pending, bytes: 1) }
    }

    func update(_ id: Hash32) async -> UpdateSummary? {
        let inputs: [Hash32]
        switch id {
        case Self.single: inputs = [Self.filled(0x11)]
        case Self.double: inputs = [Self.filled(0x21), Self.filled(0x22)]
        case Self.lost: inputs = [Self.filled(0x31)]
        default: return nil
        }
        var update = UpdateSummary(updateID: id.hex, inputs: inputs.map(\.hex), status: .valid, bytes: 145_000)
        update.lossBefore = 3.5
        return update
    }

    func updateFile(_ fileHash: Hash32) async -> [UInt8]? { fileHash == Self.filled(0x11) ? [1, 2, 3] : nil }

    func adapter(root: Hash32?) async throws -> [UInt8]? {
        if root == Self.broken { throw Broken() }
        return root == nil ? [9, 9] : root == Self.filled(7) ? [7] : nil
    }

    func snapshot() async -> NodeSnapshot { Self.snapshot(slot: 1) }

    func snapshots() async -> AsyncStream<NodeSnapshot> {
        AsyncStream { continuation in
            continuation.yield(Self.snapshot(slot: 2))
            continuation.finish()
        }
    }

    static func snapshot(slot: UInt64) -> NodeSnapshot {
        NodeSnapshot(
            version: "v", time: 0, genesisTime: 0, secondsPerSlot: 12, currentSlot: slot, headSlot: slot, headRoot: "0x", justifiedEpoch: 0,
            finalizedEpoch: 0, finalizedRoot: "0x", validators: 1, peers: 0, ai: nil, blocks: [], updates: [], lossCurve: [])
    }
}
