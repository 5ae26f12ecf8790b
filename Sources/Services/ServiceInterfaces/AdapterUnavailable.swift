/// Why an adapter that the chain has known cannot be given now.
public enum AdapterUnavailable: Error, Equatable, Sendable, CustomStringConvertible {
    /// So many are being made anew from the update files already.
    case busy(Int)
    /// Files are missing, or the way to it is not known.
    case lost(String)

    public var description: String {
        switch self {
        case .busy(let count): "\(count) adapters are being made anew from the update files already; ask again later"
        case .lost(let reason): "the adapter cannot be made anew: \(reason)"
        }
    }
}
