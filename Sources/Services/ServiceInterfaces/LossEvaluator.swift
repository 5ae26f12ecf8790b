public import BeaconTypes
public import LoRA
public import Primitives

/// What the loss gate found for one adapter.
public struct LossEvaluation: Sendable, Codable {
    /// FP32 bit pattern of the mean loss over the DEV_TEXTS: the same on every machine.
    public let lossBits: UInt32
    /// Root of the losses of all texts (`LossReport.lossesRoot`).
    public let lossesRoot: Hash32
    /// Predicted tokens.
    public let tokens: Int
    /// Seconds of wall-clock time; 0 when the loss was remembered.
    public let seconds: Double

    public var loss: Float { Float(bitPattern: lossBits) }

    public init(lossBits: UInt32, lossesRoot: Hash32, tokens: Int, seconds: Double) {
        self.lossBits = lossBits
        self.lossesRoot = lossesRoot
        self.tokens = tokens
        self.seconds = seconds
    }
}

/// What a candidate's guard slice showed (docs/protocol.md#the-guard-slice).
public struct GuardEvaluation: Sendable {
    public let losses: GuardLosses
    /// Root of the losses of the slice's sentences with the parent adapter: the task's, then the general ones.
    public let beforeRoot: Hash32
    /// The same with the update applied.
    public let afterRoot: Hash32
    public let seconds: Double

    /// Of a chain without pools.
    public static let none = GuardEvaluation(losses: GuardLosses(), beforeRoot: .zero, afterRoot: .zero, seconds: 0)

    public init(losses: GuardLosses, beforeRoot: Hash32, afterRoot: Hash32, seconds: Double) {
        self.losses = losses
        self.beforeRoot = beforeRoot
        self.afterRoot = afterRoot
        self.seconds = seconds
    }
}

/// Runs the loss gate with the real model, at low priority. Losses of known adapters are remembered.
public protocol LossEvaluator: Sendable {
    var baseModelRoot: Hash32 { get }
    /// The shapes of the adapter's matrices for this base model.
    var layout: LoRALayout { get }
    func evaluate(_ adapter: LoRAAdapter) async throws -> LossEvaluation
    /// Measures the slice that `seed` draws, with the parent adapter and with the update; ``GuardEvaluation/none`` on a chain without
    /// pools.
    func evaluateSlice(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter) async throws -> GuardEvaluation
}

/// Holds adapter states by root.
public protocol AdapterSource: Sendable {
    /// The adapter with the given root, or `nil` when this node does not have it.
    func adapter(_ root: Hash32) async throws -> LoRAAdapter?
    /// Keeps an adapter until the chain has passed it by.
    func keep(_ adapter: LoRAAdapter) async throws
}
