/// Which members payloads and their attributes have: those of one version of the Engine API's structures, and perhaps this
/// project's own.
public struct EngineForm: Hashable, Sendable {
    public enum Version: Int, Sendable, Comparable, CaseIterable {
        /// Of Paris.
        case v1 = 1
        /// Of Shanghai: with withdrawals.
        case v2
        /// Of Cancun: with blob gas, and attributes with the parent beacon block root.
        case v3

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    public var version: Version
    /// Whether there are the seal's members `difficulty` and `powNonce`, and `updateId` in attributes.
    public var hasSeal: Bool

    public init(_ version: Version, hasSeal: Bool) {
        (self.version, self.hasSeal) = (version, hasSeal)
    }

    /// This project's chain's.
    public static let own = EngineForm(.v3, hasSeal: true)
}

extension EngineField {
    /// Refuses a member that a later version of the structure has. Null counts as absent.
    func refuse(_ names: String...) throws(EngineWireError) {
        for name in names {
            guard let field = try optional(name) else { continue }
            throw field.error("is not a member in this version")
        }
    }
}
