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
