/// What a chunk of an answer begins with.
public enum ResponseCode: UInt8, Sendable {
    case success = 0
    case invalidRequest = 1
    case serverError = 2
    case resourceUnavailable = 3

    /// The code of a byte: those from 128 on are errors of a client's own, others are reserved and count as errors too.
    static func isKnown(_ byte: UInt8) -> Bool { byte <= 3 || byte >= 128 }
}

/// One chunk of an answer.
public enum ResponseChunk: Equatable, Sendable {
    /// SSZ.
    case success([UInt8])
    /// The peer says that it does not answer, and why.
    case failure(code: UInt8, message: String)
}
