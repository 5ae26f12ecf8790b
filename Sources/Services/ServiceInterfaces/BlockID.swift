public import BeaconTypes
public import Primitives

/// How a caller names a beacon block or state: the `block_id` and `state_id` of the beacon API.
public enum BlockID: Hashable, Sendable {
    case head
    case genesis
    case justified
    case finalized
    /// The latest block that the fast confirmation rule confirms.
    case confirmed
    case slot(Slot)
    case root(Root)

    /// Parses `head`, `genesis`, `justified`, `finalized`, `confirmed`, a decimal slot, or a `0x`-prefixed root.
    public init?(_ text: some StringProtocol) {
        switch text {
        case "head": self = .head
        case "genesis": self = .genesis
        case "justified": self = .justified
        case "finalized": self = .finalized
        case "confirmed": self = .confirmed
        default:
            if text.hasPrefix("0x") {
                guard let root = try? Root(hex: String(text)) else { return nil }
                self = .root(root)
            } else {
                guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let slot = Slot(text) else { return nil }
                self = .slot(slot)
            }
        }
    }
}
