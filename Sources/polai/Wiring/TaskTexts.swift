import Foundation
import LearningTask
import Primitives
import TrainingTexts

/// The texts of a chain's task as a process needs them: the 512 sentences that judge, and where those to learn from are.
struct TaskTexts: Sendable {
    /// The DEV_TEXTS; their root stands in genesis.
    let dev: DevTexts
    /// SHA-256 of the file of `dev`.
    let devRoot: Hash32
    /// Where they are from; `nil` for those that come with the software.
    let folder: TaskFolder?

    /// Where they are from, in words.
    var origin: String { folder.map { "the task in \($0.path)" } ?? "the built-in texts" }

    /// What `--task` says for the texts that come with the software.
    static let builtInName = "built-in"
    /// The folder that `make task` writes.
    static let defaultFolder = "model_cache/tasks/wordnet"

    /// How to get a chain's task: nodes do not serve it.
    static let advice =
        "Get the folder of the chain's task from whoever began the chain ('make task' makes the default one) and name it with --task"

    /// The invented texts that come with the software: for tests, and where no task is at hand.
    static func builtIn() throws -> TaskTexts {
        TaskTexts(dev: try TrainingTexts.devTexts, devRoot: DevTexts.root, folder: nil)
    }

    private init(dev: DevTexts, devRoot: Hash32, folder: TaskFolder?) {
        (self.dev, self.devRoot, self.folder) = (dev, devRoot, folder)
    }

    /// The judging texts of a task's folder.
    ///
    /// Their form and number are checked; that no part shares a text with another is checked where a chain is begun
    /// (`TaskFolder.task`), as it takes seconds.
    init(folder path: String) throws {
        let folder = TaskFolder(path: path)
        let dev = try folder.counted(.dev)
        self.init(dev: try DevTexts(bytes: dev.bytes, root: dev.root), devRoot: dev.root, folder: folder)
    }

    /// What a trainer without data of its own learns from, one passage an element. Read anew each time: it is large, and only
    /// trainers need it.
    func corpus() throws -> [String] {
        try folder.map { try $0.counted(.train).sentences } ?? TrainingTexts.corpus.lines
    }

    /// The texts that a command works on.
    ///
    /// - Parameters:
    ///   - folder: the folder that was named, or ``builtInName``; `nil` takes the default task where it lies in the model cache, else the built-in
    ///     texts.
    ///   - root: the `dev_texts_root` of the chain to work on, where one is known already.
    /// - Throws: `SetupError` where the texts of that root are not at hand.
    static func resolve(folder: String?, root: Hash32? = nil) throws -> TaskTexts {
        if let folder {
            let texts = try folder == builtInName ? builtIn() : TaskTexts(folder: folder)
            guard root == nil || root == texts.devRoot else { throw mismatch(root, texts.origin) }
            return texts
        }
        if root == DevTexts.root { return try builtIn() }
        guard FileManager.default.fileExists(atPath: "\(defaultFolder)/dev.txt") else {
            guard root == nil else { throw mismatch(root, "the built-in texts") }
            return try builtIn()
        }
        let texts = try TaskTexts(folder: defaultFolder)
        guard root == nil || root == texts.devRoot else { throw mismatch(root, texts.origin) }
        return texts
    }

    private static func mismatch(_ root: Hash32?, _ origin: String) -> SetupError {
        SetupError("the chain is judged by a dev.txt of SHA-256 \(root?.hex ?? "?"), and \(origin) are others. \(advice)")
    }
}
