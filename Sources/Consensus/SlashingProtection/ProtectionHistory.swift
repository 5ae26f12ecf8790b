public import Primitives

/// The signing histories of several validators of one chain: what an interchange file carries.
public struct ProtectionHistory: Hashable, Sendable {
    /// Names the chain.
    public let genesisValidatorsRoot: Hash32
    /// By public key.
    public var validators: [Bytes48: ValidatorHistory] = [:]

    public init(genesisValidatorsRoot: Hash32) {
        self.genesisValidatorsRoot = genesisValidatorsRoot
    }

    /// Adds everything of `other`: both happened, even where they contradict each other.
    ///
    /// - Throws: `SlashingProtectionError.otherChain`.
    public mutating func merge(_ other: ProtectionHistory) throws(SlashingProtectionError) {
        guard other.genesisValidatorsRoot == genesisValidatorsRoot
        else { throw .otherChain(expected: genesisValidatorsRoot, actual: other.genesisValidatorsRoot) }
        for (key, history) in other.validators {
            validators[key, default: ValidatorHistory()].merge(history)
        }
    }

    /// Reduces every validator's history to its highest marks.
    public mutating func minimize() {
        for key in validators.keys { validators[key]?.minimize() }
    }
}
