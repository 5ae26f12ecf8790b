public import Foundation
import JSON

/// Runs the exchanges of a folder, each file with all that it asks.
public struct RPCSuite: Sendable {
    /// A file that is not run, and why.
    public struct Exclusion: Sendable, Hashable {
        /// Below the suite's folder.
        public var path: String
        public var reason: String

        /// - Throws: when the text is no list `exclusions` of objects with `path` and `reason`.
        public static func list(_ text: [UInt8]) throws -> [Exclusion] {
            guard let list = try JSONValue(parsing: text)["exclusions"]?.array else { throw VectorError("there is no list of exclusions") }
            return try list.map { entry in
                guard let path = entry["path"]?.string, let reason = entry["reason"]?.string, !reason.isEmpty else {
                    throw VectorError("an exclusion needs path and reason")
                }
                return Exclusion(path: path, reason: reason)
            }
        }
    }

    private let folder: URL
    private let excluded: Set<String>
    /// The suite's files below its folder, in order.
    public let files: [String]

    /// - Parameters:
    ///   - folder: holds a folder for each method with `.io` files.
    ///   - exclusions: files that are skipped.
    public init(_ folder: URL, exclusions: [Exclusion] = []) {
        self.folder = folder
        excluded = Set(exclusions.map(\.path))
        let root = folder.standardizedFileURL.path
        let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        files = found.filter { $0.hasSuffix(".io") }.sorted()
    }

    /// - Parameters:
    ///   - answer: asks the node: a request's text, the answer's.
    ///   - isWanted: which files are run; others count neither as passed nor as skipped.
    public func run(
        where isWanted: (String) -> Bool = { _ in true }, answer: (_ request: String) async throws -> [UInt8]
    ) async -> VectorReport {
        var report = VectorReport()
        for file in files where isWanted(file) {
            guard !excluded.contains(file) else {
                report.skipped += 1
                continue
            }
            do {
                if let difference = try await difference(in: file, answer: answer) {
                    report.failures.append("\(file): \(difference)")
                } else {
                    report.passed += 1
                }
            } catch {
                report.failures.append("\(file): \(error)")
            }
        }
        return report
    }

    private func difference(in file: String, answer: (String) async throws -> [UInt8]) async throws -> String? {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        let recorded = try RPCExchangeFile(text)
        for exchange in recorded.exchanges {
            let actual = try JSONValue(parsing: try await answer(exchange.request))
            if let difference = RPCComparison.difference(actual, expected: exchange.answer, onlyForm: recorded.comparesOnlyForm) {
                return difference
            }
        }
        return nil
    }
}
