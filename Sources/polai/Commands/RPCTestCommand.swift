import ArgumentParser
import ExecutionVectors
import Foundation
import HTTPReader

/// `polai rpctest`: the public JSON-RPC suite against a node.
struct RPCTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpctest",
        abstract: "Ask a node what a folder of recorded exchanges asks, and compare its answers.",
        discussion: """
            The folder has the layout of the execution specifications' tests: a folder for each method with .io files. \
            Answers are compared as JSON but for error messages; files marked speconly by their form.

            Prints a line for each failure and, last, the counts. Exits with status 1 if any failed.
            """)

    @Argument(help: "Address of the node's JSON-RPC.")
    var url: String

    @Argument(help: "Folder of recorded exchanges.")
    var folder: String

    @Option(help: "Run only files whose path begins so.")
    var only = ""

    @Option(help: "JSON file with the files that are skipped, and why.")
    var exclusions: String?

    func run() async throws {
        guard FileManager.default.fileExists(atPath: folder) else { throw ValidationError("\(folder) does not exist") }
        var excluded: [RPCSuite.Exclusion] = []
        if let exclusions {
            guard let text = FileManager.default.contents(atPath: exclusions) else { throw ValidationError("cannot read \(exclusions)") }
            excluded = try RPCSuite.Exclusion.list([UInt8](text))
        }
        let reader = HTTPReader(timeout: .seconds(60))
        let (url, only) = (url, only)
        let report = await RPCSuite(URL(fileURLWithPath: folder), exclusions: excluded).run {
            only.isEmpty || $0.hasPrefix(only)
        } answer: { text in
            let request = HTTPReader.Request(.post, url, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
            return try await reader.read(request, limit: 64 << 20).body
        }
        for failure in report.failures { print("FAILED \(failure)") }
        print(report.summary)
        if !report.failures.isEmpty { throw ExitCode(1) }
    }
}
