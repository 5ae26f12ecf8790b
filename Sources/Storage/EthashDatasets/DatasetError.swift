/// Why a full dataset cannot be held.
public enum DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be made, enlarged or mapped.
    case file(String, reason: String)
    /// Whoever asked wants it no more. What was built is kept.
    case cancelled

    public var description: String {
        switch self {
        case .file(let path, let reason): "the Ethash dataset \(path): \(reason)"
        case .cancelled: "the Ethash dataset is not whole; the next start goes on with it"
        }
    }
}
