import AIEngine
import BeaconTypes
import LearningTask
import ModelFiles
import Primitives

extension TaskTexts {
    /// The pools from which slices are drawn; `nil` for the texts that come with the software, which have none.
    func pools() throws -> GuardPools? {
        try folder.map { GuardPools(task: try $0.counted(.pool), general: try $0.counted(.general)) }
    }
}

/// The roots of a chain's pools, as its genesis names them.
struct PoolRoots: Equatable {
    let task: Hash32
    let general: Hash32

    /// Of a chain without pools.
    static let none = PoolRoots(task: .zero, general: .zero)

    init(task: Hash32, general: Hash32) { (self.task, self.general) = (task, general) }

    init(_ pools: GuardPools?) { self.init(task: pools?.task.root ?? .zero, general: pools?.general.root ?? .zero) }

    init(_ learning: LearningState) { self.init(task: learning.taskPoolRoot, general: learning.generalPoolRoot) }

    /// Refuses texts that are not those from which the chain draws.
    func require(_ model: ModelSetup) throws(SetupError) { try require(PoolRoots(model.pools)) }

    /// Refuses other pools than these, and says what is missing.
    func require(_ here: PoolRoots) throws(SetupError) {
        guard self != here else { return }
        guard self != .none else {
            throw SetupError(
                "the chain has no pools and is judged by its DEV_TEXTS alone; give --task \(TaskTexts.builtInName) instead of a folder with pools"
            )
        }
        func fault(_ part: TaskPart, _ wanted: Hash32, _ found: Hash32) -> String? {
            guard wanted != found else { return nil }
            return "\(part.rawValue).txt has to have SHA-256 \(wanted.hex) and " + (found == .zero ? "is not at hand" : "has \(found.hex)")
        }
        let faults = [fault(.pool, task, here.task), fault(.general, general, here.general)].compactMap { $0 }.joined(separator: "; ")
        throw SetupError("the chain draws its slices from a task's texts: \(faults). \(TaskTexts.advice)")
    }
}

extension GeneralTexts {
    /// The general pool of a task; `nil` where it has none.
    init?(_ pools: GuardPools?, _ tokenizer: Tokenizer) {
        guard let pools else { return nil }
        self.init(pools) { tokenizer.encode($0) }
    }
}

extension ModelSetup {
    /// What this node's trainers must not make worse; `nil` on a chain without pools.
    var generalTexts: GeneralTexts? { GeneralTexts(pools, base.tokenizer) }

    /// What drawing the chain's slices takes; `nil` on a chain without pools.
    var slices: SliceSource? {
        pools.map { pools in SliceSource(pools: pools) { [tokenizer = base.tokenizer] in tokenizer.encode($0) } }
    }
}
