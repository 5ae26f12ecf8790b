import ArgumentParser
import ExecutionVectors
import Foundation

/// Where public execution vectors lie, and how a run over them is reported.
struct VectorLocations: ParsableArguments {
    @Argument(help: "Files or folders of tests.")
    var locations: [String]

    /// Runs each location, prints a line for each failure and the counts last; exits with status 1 if any failed.
    func run(_ body: (URL) -> VectorReport) throws {
        var report = VectorReport()
        for location in locations {
            guard FileManager.default.fileExists(atPath: location) else { throw ValidationError("\(location) does not exist") }
            report.formUnion(body(URL(fileURLWithPath: location)))
        }
        for failure in report.failures { print("FAILED \(failure)") }
        print(report.summary)
        if !report.failures.isEmpty { throw ExitCode(1) }
    }
}
