internal import CReproKernels
import ModelFiles
import Transformer

/// What a training step keeps of its forward pass. Every choice gives the same bits.
public enum ActivationStorage: Sendable, Equatable {
    /// What the backward pass reads of every layer: fastest.
    case kept
    /// Each layer's input alone: the backward pass runs each layer forward again before it goes through it. A third
    /// more work, and a fifteenth to a twentieth of the memory.
    case recomputed
    /// ``kept`` when that takes at most an eighth of so many bytes, otherwise ``recomputed``.
    case fitting(memory: Int)

    /// ``fitting(memory:)`` with the memory of this machine.
    public static var automatic: ActivationStorage { .fitting(memory: Int(repro_physical_memory())) }

    /// Whether a pass over `rows` rows runs layers again.
    func recomputes(_ configuration: ModelConfiguration, rank: Int, rows: Int) -> Bool {
        switch self {
        case .kept: return false
        case .recomputed: return true
        case .fitting(let memory):
            let widths = TrainingArena.Widths(configuration, rank: rank)
            let values = Double(rows) * Double(configuration.layerCount) * Double(widths.kept + widths.hidden)
            return 4 * values > Double(memory) / 8
        }
    }
}
