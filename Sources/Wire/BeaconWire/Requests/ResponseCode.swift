/// What a chunk of an answer begins with. From 128 on are errors of a client's own, and what is reserved between counts as an error too
/// (phase0 p2p-interface, "Response").
public enum ResponseCode: UInt8, Sendable {
    case success = 0
    case invalidRequest = 1
    case serverError = 2
    case resourceUnavailable = 3
}

/// One chunk of an answer.
public enum ResponseChunk: Equatable, Sendable {
    /// SSZ.
    case success([UInt8])
    /// The peer says that it does not answer, and why.
    case failure(code: UInt8, message: String)
}
