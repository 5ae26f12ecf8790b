import ArgumentParser
import ExecutionVectors

/// `polai difficultytest`: runs difficulty tests (the DifficultyTests format).
struct DifficultyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "difficultytest",
        abstract: "Run difficulty tests (the DifficultyTests format).",
        discussion: "Prints a line for each failure and, last, the counts. Exits with status 1 if any failed.")

    @OptionGroup var vectors: VectorLocations

    func run() throws { try vectors.run { ExecutionVectors.difficultyTests($0) } }
}
