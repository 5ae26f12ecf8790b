import ArgumentParser
import ExecutionVectors

/// `polai statetest`: runs execution state tests.
struct StateTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statetest",
        abstract: "Run state tests (the GeneralStateTests format) on the EVM.",
        discussion: "Prints a line for each failure and, last, the counts. Exits with status 1 if any failed.")

    @OptionGroup var vectors: VectorLocations

    func run() throws { try vectors.run { ExecutionVectors.stateTests($0) } }
}
