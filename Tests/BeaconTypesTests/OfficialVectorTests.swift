import Foundation
import SpecTests
import Testing

/// The folder `shared/vectors` beside the repository, which holds the public suites on machines that have them.
func sharedVectors(_ path: String) -> URL? {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    let location = root.appending(path: "../../../shared/vectors").appending(path: path).standardizedFileURL
    guard FileManager.default.fileExists(atPath: location.path) else {
        print("SKIPPED: \(path) is not beside the repository")
        return nil
    }
    return location
}

/// The official `ssz_static` suite: serialisation, root and JSON form of random values of every Electra container.
@Suite("Official ssz_static vectors") struct OfficialVectorTests {
    @Test("minimal, Electra") func minimal() {
        guard let location = sharedVectors("consensus/minimal/electra/ssz_static") else { return }
        let report = SpecTests.run(location)
        print("ssz_static: \(report.passed) passed, \(report.failed) failed")
        #expect(report.failures.isEmpty, "\(report.summary)")
        #expect(report.passed > 200)
    }
}
