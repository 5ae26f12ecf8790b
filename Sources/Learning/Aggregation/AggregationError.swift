public import Primitives

/// Why several updates cannot be made one.
public enum AggregationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No input was left after the refusals.
    case noUsableInput
    /// The result overflowed FP32.
    case notFinite

    public var description: String {
        switch self {
        case .noUsableInput: "none of the updates can be used; wait for other trainers' updates"
        case .notFinite: "the average of the updates overflows; leave the largest out"
        }
    }
}

/// Why one input has no part in an aggregation.
public enum RejectionReason: Error, Hashable, Sendable, CustomStringConvertible {
    /// The same file is in the list before.
    case duplicate
    /// Its values are, bit for bit, those of another input, of lower id.
    case copy(of: Hash32)
    /// It covers other modules than the chain's adapter.
    case wrongLayout
    /// It holds a NaN or an infinity.
    case notFinite
    /// Krum: too far from the others. The score is its distance; the limit is that of the worst input taken.
    case outlier(score: Float, limit: Float)
    /// Weighted by steps, and it names none.
    case noSteps
    /// Nearly another input, by the cosine of their angle.
    case nearCopy(of: Hash32, cosine: Float)
    /// Alone on the parent adapter it does not lower the loss enough; the loss with it.
    case failsGate(loss: Float)
    /// It passes the gate alone, but the average that it was part of did not.
    case failsTogether

    public var description: String {
        switch self {
        case .duplicate: "the same file is listed twice"
        case .copy(let id): "it is a copy of \(id.shortHex)"
        case .wrongLayout: "it is for another model or rank"
        case .notFinite: "it holds a NaN or infinite value"
        case .outlier(let score, let limit): "it is far from the others (Krum score \(score), taken up to \(limit))"
        case .noSteps: "it claims no training steps"
        case .nearCopy(let id, let cosine): "it is nearly a copy of \(id.shortHex) (cosine \(cosine))"
        case .failsGate(let loss): "with it the loss is \(loss), which is not low enough"
        case .failsTogether: "averaged with the others it does not pass the loss gate"
        }
    }
}
