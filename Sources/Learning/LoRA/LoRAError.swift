/// Why adapter values were refused.
public enum LoRAError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The values or bytes do not fill the layout exactly.
    case wrongCount(expected: Int, actual: Int)
    /// Two adapters or deltas of different layouts were combined.
    case layoutMismatch
    /// A value is NaN or infinite, or an addition overflowed, in this module.
    case notFinite(module: String)

    public var description: String {
        switch self {
        case .wrongCount(let expected, let actual):
            "the adapter needs \(expected) values, got \(actual); it belongs to another model or configuration"
        case .layoutMismatch:
            "the adapter and the update cover different modules; both must be of the same model and configuration"
        case .notFinite(let module):
            "module \(module) holds a NaN or infinite value or overflows; drop this update"
        }
    }
}
