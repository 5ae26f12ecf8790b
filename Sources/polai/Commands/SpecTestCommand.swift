import ArgumentParser
import Foundation
import SpecTests

/// `polai spec-test`: runs consensus vectors.
struct SpecTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spec-test",
        abstract: "Run consensus vectors: a folder in the official layout, or a .jsonl file of our fork's blocks.",
        discussion: "Prints passed, failed and skipped per runner and handler, and the failures. Exits with status 1 if any failed.")

    @Argument(help: "Folder of vectors (anything in the official layout), or a .jsonl file.")
    var location: String

    @Option(help: "Only cases whose path contains this text.")
    var filter = ""

    func run() throws {
        guard FileManager.default.fileExists(atPath: location) else {
            throw ValidationError("\(location) does not exist")
        }
        let report = SpecTests.run(URL(fileURLWithPath: location), filter: filter)
        print(report.summary)
        if report.failed > 0 { throw ExitCode(1) }
    }
}
