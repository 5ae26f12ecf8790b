/// Why a full dataset cannot be held.
public enum DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be made, enlarged or mapped.
    case file(String, reason: String)
    /// The disk has less room than is missing of the file; both in bytes.
    case space(String, missing: Int, free: Int)
    /// What was worked out by it is wrong.
    case damaged(String)
    /// Whoever asked wants it no more. What was built is kept.
    case cancelled

    public var description: String {
        switch self {
        case .file(let path, let reason): "the Ethash dataset \(path): \(reason)"
        case .space(let path, let missing, let free):
            "the Ethash dataset \(path) needs \(missing >> 20) MiB more, and its disk has \(free >> 20) MiB; make room, or name another disk's folder"
        case .damaged(let path): "the Ethash dataset \(path) is damaged; the next start mends it"
        case .cancelled: "the Ethash dataset is not whole; the next start goes on with it"
        }
    }
}
