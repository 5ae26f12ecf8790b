public import Foundation

/// Runs test vectors: folders in the layout of the official consensus vectors, the BLS vectors, and our fork's `.jsonl`.
public enum SpecTests {
    /// Runs every vector at or below `location`.
    ///
    /// - Parameters:
    ///   - location: a folder, or one `.jsonl` file.
    ///   - filter: only vectors whose path contains this text; empty for all.
    /// - Returns: counts and failures. What is of an unknown kind is counted as skipped.
    public static func run(_ location: URL, filter: String = "") -> SpecTestReport {
        var report = SpecTestReport()
        let location = location.standardizedFileURL
        if location.pathExtension == "jsonl" {
            PolVectors.run(location, &report)
            return report
        }
        for folder in caseFolders(location) where filter.isEmpty || folder.path.contains(filter) {
            guard let testCase = SpecTestCase(folder: folder) else { continue }
            report.record("\(testCase.runner)/\(testCase.handler)", path: testCase.path) {
                try run(testCase)
            }
        }
        for file in files(location, withExtension: "json") where filter.isEmpty || file.path.contains(filter) {
            guard file.pathComponents.contains("bls") else { continue }
            BLSVectors.run(file, &report)
        }
        for file in files(location, withExtension: "jsonl") where filter.isEmpty || file.path.contains(filter) {
            PolVectors.run(file, &report)
        }
        return report
    }

    /// Runs one case.
    static func run(_ testCase: SpecTestCase) throws {
        if let reason = OutOfScope.reason(testCase) { throw SpecTestFailure.skipped(reason) }
        switch testCase.runner {
        case "operations": try OperationVectors.run(testCase)
        case "epoch_processing": try EpochVectors.run(testCase)
        case "rewards": try RewardVectors.run(testCase)
        case "sanity" where testCase.handler == "slots": try BlockVectors.runSlots(testCase)
        case "sanity", "finality", "random": try BlockVectors.run(testCase)
        case "genesis": try GenesisVectors.run(testCase)
        case "shuffling": try ShufflingVectors.run(testCase)
        case "ssz_static": try SSZStaticVectors.run(testCase)
        case "bls": try BLSVectors.run(testCase)
        case "networking": try NetworkingVectors.run(testCase)
        case "fork_choice", "fast_confirmation", "sync": try ForkChoiceVectors.run(testCase)
        case "light_client": try LightClientVectors.run(testCase)
        case "merkle_proof": try MerkleProofVectors.run(testCase)
        case "ssz_generic": try SSZGenericVectors.run(testCase)
        default: throw SpecTestFailure.skipped("runner \(testCase.runner)")
        }
    }

    /// The folders that hold a case: those with compressed SSZ or one of these files directly inside.
    private static func caseFolders(_ root: URL) -> [URL] {
        var folders: Set<URL> = []
        for file in allFiles(root) where caseFiles.contains(file.lastPathComponent) || file.pathExtension == "ssz_snappy" {
            folders.insert(file.deletingLastPathComponent())
        }
        return folders.sorted { $0.path < $1.path }
    }

    private static let caseFiles: Set = ["manifest.yaml", "data.yaml", "mapping.yaml"]

    private static func files(_ root: URL, withExtension pathExtension: String) -> [URL] {
        allFiles(root).filter { $0.pathExtension == pathExtension }.sorted { $0.path < $1.path }
    }

    private static func allFiles(_ root: URL) -> [URL] {
        let enumerator = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        return (enumerator?.allObjects ?? []).compactMap { ($0 as? URL)?.standardizedFileURL }
    }
}
