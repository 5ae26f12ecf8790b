public import LoRA
public import Primitives

/// How far a measurement is.
public struct LossProgress: Sendable, Equatable {
    /// Tokens whose losses are known.
    public let tokensDone: Int
    public let tokenCount: Int

    public init(tokensDone: Int, tokenCount: Int) {
        self.tokensDone = tokensDone
        self.tokenCount = tokenCount
    }

    /// What is done, from 0 to 1.
    public var fraction: Double { Double(tokensDone) / Double(max(1, tokenCount)) }
}

/// Measures fixed texts with the whole model under an adapter: the seam behind which another device may stand.
///
/// The loss gate is consensus: whatever computes them, the sums of a text's losses have the bits that
/// ``CPULossBackend`` gives, which is the reference. A device that cannot give those bits is no backend of the gate.
public protocol LossBackend: Sendable {
    /// The base model's root.
    var baseModelRoot: Hash32 { get }
    /// The texts as token sequences, each of at least two tokens.
    var texts: [[Int32]] { get }

    /// The same model on other texts, of at least two tokens each.
    func measuring(_ texts: [[Int32]]) throws(LossGateError) -> any LossBackend

    /// The losses of all texts with `adapter`, or of the base model alone: ``LossReport/init(texts:)`` of the sums.
    ///
    /// An adapter with NaN or infinite values, or one that overflows, gives ``LossReport/notFinite(_:)``; it never
    /// throws. A call blocks its thread. `progress` may be called from any thread; `isCancelled` is asked now and then.
    func evaluate(
        _ adapter: LoRAAdapter?, progress: @Sendable (LossProgress) -> Void, isCancelled: @Sendable () -> Bool
    ) throws(LossGateError) -> LossReport
}

extension LossBackend {
    /// The losses with `adapter`, or of the base model alone.
    public func evaluate(
        _ adapter: LoRAAdapter?, progress: @Sendable (LossProgress) -> Void = { _ in }
    ) throws(LossGateError) -> LossReport {
        try evaluate(adapter, progress: progress, isCancelled: { false })
    }

    /// The base model's losses.
    public func evaluateBase() throws(LossGateError) -> LossReport { try evaluate(nil) }
}
