import ArgumentParser
import ExecutionNode

/// What a node keeps of the past. Blocks, certificates and the update files that they name always stay, so that anybody
/// can check every verdict later; what follows from them need not.
struct StorageOptions: ParsableArguments {
    @Option(help: "States of the execution chain: full holds those of 128 finalised blocks and all newer ones, archive all.")
    var gcmode = GarbageCollection.full
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
