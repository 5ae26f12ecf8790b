import ArgumentParser
import LoRA
import PEFTFormat
import Primitives

extension LoRAAdapter {
    /// What `--start-from` says.
    static let startHelp: ArgumentHelp =
        "An adapter to start from: a folder of peft with the chain's A, or the file that 'polai adapter import' wrote. Its change from the head is the first update; the loss gate judges it like any other."

    /// The adapter at a path that `--start-from` names.
    init(startingAt path: String, layout: LoRALayout, baseModelRoot: Hash32) throws {
        let adapter = try AdapterFile(path: path, layout: layout, baseModelRoot: baseModelRoot).adapter
        guard adapter.isFinite else { throw SetupError("the adapter \(path) holds NaN or infinite values; nothing can start from it") }
        self = adapter
    }
}
