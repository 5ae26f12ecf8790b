/// Why an update file was refused, in one word for counters and tables; the summary's `reason` says it in full.
public enum UpdateRefusal: String, Sendable, Codable, Hashable, CaseIterable {
    /// Nobody provides the file, or this node lacks what it takes to judge it; it may be tried again.
    case unavailable
    /// The file is damaged, not canonical, or of an unknown codec.
    case damaged
    /// More bytes than an update may have.
    case oversize
    /// NaN or infinite values.
    case notFinite = "not-finite"
    /// It changes other modules or another rank than the model's, or was made for another base model.
    case misfit
    /// It starts from another adapter than the head's.
    case parent
    /// The signature is not its trainer's.
    case signature
    /// The change of another update under another key, or nearly so.
    case copy
    /// Its trainer has another update waiting on the same adapter.
    case repeated
    /// Krum: too far from the others.
    case outlier
    /// The loss gate.
    case gate
    /// The average that it was part of did not pass, another update alone did.
    case together
}

/// What became of one file in a candidate's manifest.
public struct InputSummary: Sendable, Codable {
    /// SHA-256 of the file, 0x hex.
    public var file: String
    /// libp2p peer id of its trainer.
    public var trainer: String?
    /// Optimiser steps that it claims.
    public var steps: UInt64?
    /// Whether the aggregation took it.
    public var selected: Bool
    /// Why not.
    public var reason: String?

    public init(file: String, trainer: String?, steps: UInt64?, selected: Bool, reason: String?) {
        self.file = file
        self.trainer = trainer
        self.steps = steps
        self.selected = selected
        self.reason = reason
    }
}
