import ArgumentParser
import BeaconNode
import ExecutionNode

/// What a node keeps of the past. Blocks, certificates and the update files that they name always stay, so that anybody
/// can check every verdict later; what follows from them need not.
struct StorageOptions: ParsableArguments {
    @Option(help: "States of the execution chain: full holds those of 128 finalised blocks and all newer ones, archive all.")
    var gcmode = GarbageCollection.full

    @OptionGroup var beacon: BeaconStorageOptions

    /// The finalised states of the beacon chain that stay.
    var retention: StateRetention { beacon.retention }

    @Option(help: "Accepted adapters that are held whole, the newest; older ones are made anew from the update files when asked for.")
    var adapterHistory = 16

    func validate() throws {
        guard (0...100_000).contains(adapterHistory) else { throw ValidationError("--adapter-history is from 0 to 100000") }
    }
}

/// What a beacon node keeps of the past.
struct BeaconStorageOptions: ParsableArguments {
    @Option(help: "Of this many slots one state of the beacon chain stays; those between are rebuilt when somebody asks.")
    var slotsPerArchivePoint: UInt64 = 64

    @Option(help: "So many of the newest such states stay; of older ones half as many each time their age doubles.")
    var archivePoints: UInt64 = 1024

    /// The finalised states of the beacon chain that stay.
    var retention: StateRetention { StateRetention(slotsPerPoint: slotsPerArchivePoint, fullPoints: archivePoints) }

    func validate() throws {
        guard (1...1_048_576).contains(slotsPerArchivePoint) else {
            throw ValidationError("--slots-per-archive-point is from 1 to 1048576")
        }
        guard archivePoints >= 1 else { throw ValidationError("--archive-points is at least 1") }
    }
}

/// Geth's word for how long states are held.
enum GarbageCollection: String, ExpressibleByArgument, CaseIterable {
    case full, archive

    var stateHistory: StateHistory {
        switch self {
        case .full: .recent(128)
        case .archive: .all
        }
    }
}
