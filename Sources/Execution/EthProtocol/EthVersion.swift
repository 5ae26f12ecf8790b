/// The versions of the `eth` protocol that are spoken.
public enum EthVersion: UInt64, Sendable, Hashable, CaseIterable, Comparable {
    case eth68 = 68
    /// Receipts without blooms, and the range of blocks that a peer has (EIP-7642).
    case eth69 = 69

    public static let name = "eth"

    /// How many message ids it takes.
    public var messages: UInt64 { self == .eth68 ? 17 : 18 }

    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}
