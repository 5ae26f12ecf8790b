import ArgumentParser
import ExecutionVectors

/// `polai blocktest`: runs blockchain tests (the BlockchainTests format).
struct BlockTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blocktest",
        abstract: "Run blockchain tests (the BlockchainTests format).",
        discussion: "Prints a line for each failure and, last, the counts. Exits with status 1 if any failed.")

    @OptionGroup var vectors: VectorLocations

    func run() throws { try vectors.run { ExecutionVectors.blockchainTests($0) } }
}
