import ArgumentParser
import Foundation
import ModelHub
import Trainer

/// What a trainer learns from.
struct DataOptions: ParsableArguments {
    @Option(
        help:
            "Training text: a .txt file, a passage a line; a .jsonl file with the field \"text\"; a folder of these; or ORG/NAME, a data set of the hub (default: the training text of the task). Repeatable."
    )
    var data: [String] = []

    @Option(help: "Of a hub's data set only the files whose names match this shell pattern.")
    var dataFile: String?

    @Option(help: "Branch, tag or commit of a hub's data set.")
    var dataRevision = "main"

    @Option(help: "Refuse a hub's data set whose files are larger than this together.")
    var maxDataGigabytes = 1.0

    func validate() throws {
        guard maxDataGigabytes > 0, maxDataGigabytes <= 100_000 else {
            throw ValidationError("--max-data-gigabytes is above 0 and at most 100000")
        }
    }

    /// The passages of everything named, else those of the task, which need not be read where something is named.
    func passages(of task: @autoclosure () throws -> TaskTexts) async throws -> [String] {
        try await namedPassages() ?? task().corpus()
    }

    /// The passages of everything named; a data set that is not in the cache is fetched first, with a progress bar. `nil` where
    /// nothing is named.
    func namedPassages() async throws -> [String]? {
        guard !data.isEmpty else { return nil }
        var paths: [String] = []
        for name in data { paths += try await located(name) }
        return try TrainingFiles.documents(paths)
    }

    /// The same without a network.
    func cachedPassages(of task: @autoclosure () throws -> TaskTexts) throws -> [String] {
        guard !data.isEmpty else { return try task().corpus() }
        var paths: [String] = []
        for name in data {
            if let dataset = Self.dataset(name), let cached = try cached(dataset) { paths += cached } else { paths.append(name) }
        }
        return try TrainingFiles.documents(paths)
    }

    private func located(_ name: String) async throws -> [String] {
        guard let dataset = Self.dataset(name) else { return [name] }
        if let paths = try cached(dataset) { return paths }
        return try await ModelLocation.pull(
            dataset, revision: dataRevision, pattern: dataFile, maximumBytes: UInt64(maxDataGigabytes * 1e9)
        ).paths
    }

    /// The files of a data set that was fetched before with the same options.
    private func cached(_ dataset: RepositoryID) throws -> [String]? {
        guard let known = ModelLocation.cache.repository(dataset), known.revision == dataRevision, known.pattern == dataFile,
            known.isPresent
        else { return nil }
        return known.paths
    }

    /// The hub's id that `name` is, unless something of that name lies here.
    private static func dataset(_ name: String) -> RepositoryID? {
        guard !FileManager.default.fileExists(atPath: name) else { return nil }
        let isFile = ["txt", "jsonl", "parquet"].contains((name as NSString).pathExtension.lowercased())
        return isFile ? nil : try? RepositoryID(name, kind: .dataset)
    }
}
