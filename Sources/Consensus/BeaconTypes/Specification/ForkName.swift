/// A set of consensus rules.
public enum ForkName: String, Hashable, Sendable, CaseIterable {
    /// Ethereum's Electra, unmodified.
    case electra
    /// Electra with proof of work, update certificates and the learning state.
    case pol
}
