/// Why a PEFT adapter was refused.
public enum PEFTError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file cannot be read.
    case unreadable(String)
    /// A file is not what it should be.
    case malformed(file: String, reason: String)
    /// The adapter is of another kind, or for other modules, than this model's.
    case unsupported(String)

    public var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .malformed(let file, let reason): "\(file) is not valid: \(reason); export the adapter again with peft's save_pretrained"
        case .unsupported(let what):
            "this PEFT adapter cannot be imported: \(what); it must be plain LoRA on this model's attention and feed-forward projections"
        }
    }
}
