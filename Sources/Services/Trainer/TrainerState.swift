import LoRA
import Primitives
import ServiceInterfaces
import Synchronization

/// What a trainer keeps between rounds: the number of the next round and the rest that no update carried yet.
struct TrainerState: Sendable {
    var round: UInt64
    var residual: LoRADelta

    /// Reads the stored form; a new or unreadable state starts at round 0 with nothing left over.
    init(bytes: [UInt8]?, layout: LoRALayout) throws {
        round = 0
        residual = .zero(layout)
        guard let bytes, bytes.count > 8, let number = bytes.bigEndian(UInt64.self, at: 0) else { return }
        guard let stored = try? LoRADelta(layout: layout, bytes: Array(bytes.dropFirst(8))), stored.isFinite else { return }
        round = number
        residual = stored
    }

    /// The round, big-endian, and the residual's FP32 values.
    var bytes: [UInt8] { round.bigEndianBytes + residual.bytes }
}

/// A trainer's progress, written by its thread and read by everybody.
final class LiveProgress: Sendable {
    private let state = Mutex(
        TrainerProgress(round: 0, step: 0, steps: 0, loss: nil, tokensPerSecond: nil, phase: "idle"))

    var value: TrainerProgress { state.withLock { $0 } }
    func set(_ change: (inout TrainerProgress) -> Void) { state.withLock { change(&$0) } }
}
