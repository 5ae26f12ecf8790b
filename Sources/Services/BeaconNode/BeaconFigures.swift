import Synchronization

/// What the beacon node counts, for metrics.
struct BeaconFigures: Sendable {
    var importedBlocks: UInt64 = 0
    var rejectedBlocks: UInt64 = 0
    /// Refused blocks that became evidence against their signers.
    var certificateFaults: UInt64 = 0
    var updatesIncluded: UInt64 = 0
    var reorgs: UInt64 = 0
    var lastImportSeconds: Double = 0
    /// Payloads that the execution layer found valid and invalid, and those that it could not check yet.
    var validPayloads: UInt64 = 0
    var invalidPayloads: UInt64 = 0
    var optimisticPayloads: UInt64 = 0
    /// Whether the execution layer did not answer when it was last called.
    var isExecutionOffline = false
}

/// The figures, written wherever something is counted.
final class FigureBook: Sendable {
    private let figures = Mutex(BeaconFigures())

    var current: BeaconFigures { figures.withLock { $0 } }

    func note(_ change: (inout BeaconFigures) -> Void) { figures.withLock { change(&$0) } }
}
