public import Primitives

/// `PayloadStatusV1`: the execution layer's verdict on a payload or a head.
public struct PayloadStatus: Hashable, Sendable {
    /// The verdicts; raw values are the Engine API's words.
    public enum Status: String, Sendable, CaseIterable {
        case valid = "VALID"
        case invalid = "INVALID"
        /// An ancestor is missing.
        case syncing = "SYNCING"
        /// Well-formed, not on the canonical chain, not executed.
        case accepted = "ACCEPTED"
    }

    public var status: Status
    /// The closest valid ancestor, or the block itself when valid; `nil` when unknown.
    public var latestValidHash: Hash32?
    /// What was wrong with an invalid payload.
    public var validationError: String?

    public init(_ status: Status, latestValidHash: Hash32? = nil, validationError: String? = nil) {
        self.status = status
        self.latestValidHash = latestValidHash
        self.validationError = validationError
    }

    /// The block with this hash is valid, and so are its ancestors.
    public static func valid(_ hash: Hash32) -> Self { Self(.valid, latestValidHash: hash) }

    /// Refused because of `reason`.
    public static func invalid(_ reason: String, latestValidHash: Hash32? = nil) -> Self {
        Self(.invalid, latestValidHash: latestValidHash, validationError: reason)
    }

    /// An ancestor is missing.
    public static let syncing = Self(.syncing)
}
