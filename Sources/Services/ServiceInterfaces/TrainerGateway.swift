public import Primitives
public import UpdateLife

/// What a trainer in another process asks of a node, beside `LearningReader`.
public protocol TrainerGateway: Sendable {
    /// The adapter's B matrices as stored: little-endian FP32 in module-name order. Their SHA-256 is the root.
    /// `nil` when this node does not hold it.
    func adapterBytes(root: Hash32) async throws -> [UInt8]?
    /// Takes an update file for the head adapter, announces it, and returns its id.
    ///
    /// - Throws: `SubmissionError` when the file cannot become an update as it is.
    func submit(_ file: [UInt8]) async throws -> Hash32
    /// A sign at once and whenever the head or what is known of an update may have changed.
    func changes() async -> AsyncStream<Void>
}

/// Why a node does not take an update file.
public enum SubmissionError: Refusal, Equatable {
    /// The file is no update for this chain's head.
    case refused(RefusedUpdate)
    /// Too many files of this trainer or of all wait to be judged.
    case busy(waiting: Int)

    public var description: String {
        switch self {
        case .refused(let refused): refused.description
        case .busy(let waiting): "\(waiting) updates wait to be judged; try again after the next block"
        }
    }

    public var rule: String {
        switch self {
        case .refused(let refused): refused.rule
        case .busy: "busy"
        }
    }

    public var fault: Fault {
        switch self {
        case .refused(let refused): refused.fault
        case .busy: .circumstance
        }
    }
}
