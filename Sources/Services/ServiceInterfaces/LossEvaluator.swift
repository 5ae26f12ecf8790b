public import LoRA
public import Primitives

/// What the loss gate found for one adapter.
public struct LossEvaluation: Sendable {
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

/// Runs the loss gate with the real model, at low priority. Losses of known adapters are remembered.
public protocol LossEvaluator: Sendable {
    var baseModelRoot: Hash32 { get }
    /// The shapes of the adapter's matrices for this base model.
    var layout: LoRALayout { get }
    func evaluate(_ adapter: LoRAAdapter) async throws -> LossEvaluation
}

/// Holds adapter states by root.
public protocol AdapterSource: Sendable {
    /// The adapter with the given root, or `nil` when this node does not have it.
    func adapter(_ root: Hash32) async throws -> LoRAAdapter?
    /// Keeps an adapter until the chain has passed it by.
    func keep(_ adapter: LoRAAdapter) async throws
}
