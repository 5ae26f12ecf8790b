import Foundation
import ModelHub
import NodeConfiguration

/// Where a model or data set is that the user named: a path, or a hub id that is in the cache or is fetched into it.
enum ModelLocation {
    static let cacheFolder = "model_cache"

    static var cache: HubCache { HubCache(folder: cacheFolder) }

    /// Which base model is meant: that of `--model`, else MODEL of the settings, else the default one.
    static func name(_ option: String?, _ file: EnvironmentFile) -> String {
        if let option { return option }
        guard let name = file["MODEL"], !name.isEmpty else { return BaseModelOptions.defaultPath }
        return name
    }

    /// The path of `name`: itself when it is there, the cached model of that id, or `nil`.
    static func local(_ name: String) throws -> String? {
        if FileManager.default.fileExists(atPath: name) { return name }
        guard let id = try? RepositoryID(name) else { return nil }
        return cache.repository(id)?.path
    }

    /// The path of `name`; a hub id that is not in the cache is fetched first, with a progress bar.
    static func path(_ name: String) async throws -> String {
        if let path = try local(name) { return path }
        // Only a plain ORG/NAME is an id: `models/file.gguf` that is not there is a path that is not there.
        guard let id = try? RepositoryID(name), !name.hasSuffix(".gguf") else { return name }
        return try await pull(id, revision: "main", pattern: nil, maximumBytes: ModelHub.Limits().byteCount).path
    }

    /// What other programs load the base model `name` by: the hub's id where it is known, otherwise the path.
    static func publicName(_ name: String) throws -> String {
        if name == BaseModelOptions.defaultPath { return "HuggingFaceTB/SmolLM2-135M-Instruct" }
        guard let path = try local(name) else { return name }
        let folder = path.hasSuffix(".gguf") ? (path as NSString).deletingLastPathComponent : path
        if let cached = try? CachedRepository.manifest(in: folder) { return cached.id }
        return path
    }

    /// Fetches a model or data set from the hub of HF_ENDPOINT with the token of HF_TOKEN.
    static func pull(_ id: RepositoryID, revision: String, pattern: String?, maximumBytes: UInt64) async throws -> CachedRepository {
        let environment = ProcessInfo.processInfo.environment
        var limits = ModelHub.Limits()
        limits.byteCount = maximumBytes
        let endpoint = try HubEndpoint(environment["HF_ENDPOINT"])
        let token = HubToken(environment["HF_TOKEN"])
        let bar = ProgressBar("Fetching \(id)")
        defer { bar.finish() }
        return try await ModelHub(endpoint: endpoint, cache: cache, token: token, limits: limits)
            .pull(id, revision: revision, pattern: pattern) { bar.update(Double($0.bytesDone) / Double(max(1, $0.byteCount))) }
    }
}
