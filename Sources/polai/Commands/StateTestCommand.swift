import ArgumentParser
import ExecutionVectors
import Foundation

/// `polai statetest`: runs execution state tests.
struct StateTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statetest",
        abstract: "Run state tests (the GeneralStateTests format) on the EVM.",
        discussion: "Prints a line for each failure and, last, the counts. Exits with status 1 if any failed.")

    @OptionGroup var vectors: VectorLocations

    @Option(help: "Measure instead: run each case so often, and print the least processor time of its execution.")
    var bench: Int?

    func run() throws {
        guard let bench else { return try vectors.run { ExecutionVectors.stateTests($0) } }
        for location in vectors.locations {
            for file in VectorFiles.list(URL(fileURLWithPath: location)) {
                for test in try VectorFiles.tests(file).map({ StateTest($0) }) {
                    print("\(test.name) \(try test.measure(repeats: bench)) ms")
                }
            }
        }
    }
}
