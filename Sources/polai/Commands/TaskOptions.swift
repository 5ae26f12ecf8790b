import ArgumentParser
import Primitives

/// Which task a command works on.
struct TaskOptions: ParsableArguments {
    @Option(
        help: """
            Folder of the task: the texts to learn and those that judge, as 'polai task make' writes them; \
            '\(TaskTexts.builtInName)' takes the invented texts that come with the software \
            (default: the one in \(TaskTexts.defaultFolder), else the built-in texts).
            """)
    var task: String?

    /// The task's texts; those of `root` where the chain is known already.
    func texts(root: Hash32? = nil) throws -> TaskTexts { try TaskTexts.resolve(folder: task, root: root) }
}
