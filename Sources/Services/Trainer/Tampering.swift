import LoRA

/// What a hostile trainer does to the change that it trained: for development chains, to watch it be refused.
public enum Tampering: String, Sendable, CaseIterable {
    case none
    /// Sends the opposite of what it learnt.
    case signFlip = "sign-flip"

    func apply(_ delta: LoRADelta) throws(LoRAError) -> LoRADelta {
        switch self {
        case .none: delta
        case .signFlip: try LoRADelta(layout: delta.layout, values: delta.values.map { -$0 })
        }
    }
}
