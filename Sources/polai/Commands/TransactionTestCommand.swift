import ArgumentParser
import ExecutionVectors

/// `polai transactiontest`: runs tests of what is a transaction and what is none.
struct TransactionTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transactiontest",
        abstract: "Run transaction tests (the TransactionTests format).",
        discussion: "Prints a line for each failure and, last, the counts. Exits with status 1 if any failed.")

    @OptionGroup var vectors: VectorLocations

    func run() throws { try vectors.run { ExecutionVectors.transactionTests($0) } }
}
