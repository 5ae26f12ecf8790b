import Foundation

/// What was fetched to this machine: a folder `ORG--NAME` for each model, `datasets/ORG--NAME` for each data set, with a
/// manifest of what the hub listed.
public struct HubCache: Sendable {
    /// The folder of everything.
    public let folder: String

    static let manifestName = "model-manifest.json"
    static let datasetFolder = "datasets"

    public init(folder: String) { self.folder = folder }

    /// The folder of `id`.
    public func folder(of id: RepositoryID) -> String {
        switch id.kind {
        case .model: "\(folder)/\(id.folderName)"
        case .dataset: "\(folder)/\(Self.datasetFolder)/\(id.folderName)"
        }
    }

    /// The complete model or data set, or `nil` when it was never fetched whole.
    ///
    /// A manifest that cannot be read is none: a pull writes it anew.
    public func repository(_ id: RepositoryID) -> CachedRepository? { try? CachedRepository(folder: folder(of: id)) }

    /// All complete models, by name.
    public func models() -> [CachedRepository] { repositories(in: folder) }

    /// All complete data sets, by name.
    public func datasets() -> [CachedRepository] { repositories(in: "\(folder)/\(Self.datasetFolder)") }

    private func repositories(in folder: String) -> [CachedRepository] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return names.compactMap { try? CachedRepository(folder: "\(folder)/\($0)") }
    }

    /// GGUF files that lie in the cache by themselves, with their sizes.
    public func looseFiles() -> [(path: String, size: UInt64)] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return names.filter { $0.hasSuffix(".gguf") }.map { ("\(folder)/\($0)", LocalFile.size("\(folder)/\($0)") ?? 0) }
    }
}

/// A model or data set that was fetched whole.
public struct CachedRepository: Sendable {
    public let id: String
    /// What was asked for, and the commit that it was.
    public let revision: String
    public let commit: String
    /// Which files were asked for; `nil` for the usual ones.
    public let pattern: String?
    public let files: [RemoteFile]
    public let folder: String

    public var byteCount: UInt64 { files.reduce(0) { $0 &+ $1.size } }

    /// What a model is opened by: the folder in Hugging Face's form, or the GGUF file.
    public var path: String {
        let names = files.map(\.path.text)
        if !names.contains("config.json"), let file = names.sorted().first(where: { $0.hasSuffix(".gguf") }) { return "\(folder)/\(file)" }
        return folder
    }

    /// The paths of all files, in the order of their names.
    public var paths: [String] { files.map(\.path).sorted().map { "\(folder)/\($0)" } }

    /// Whether all files are there in their sizes.
    public var isPresent: Bool { files.allSatisfy { LocalFile.size("\(folder)/\($0.path)") == $0.size } }

    /// Hashes every file again. `progress` is given the bytes read so far.
    public func verify(progress: (UInt64) -> Void = { _ in }) throws(HubError) {
        var done: UInt64 = 0
        for file in files {
            try LocalFile.verify("\(folder)/\(file.path)", file) { progress(done + $0) }
            done += file.size
        }
    }

    // MARK: The manifest

    private struct Manifest: Codable {
        struct Entry: Codable {
            let path: String
            let size: UInt64
            let digest: String
        }
        let id: String
        let revision: String
        let commit: String
        let pattern: String?
        let files: [Entry]
    }

    init(id: RepositoryID, revision: String, commit: String, pattern: String?, files: [RemoteFile], folder: String) {
        self.id = id.description
        self.revision = revision
        self.commit = commit
        self.pattern = pattern
        self.files = files
        self.folder = folder
    }

    /// The complete model in the folder at `path`; `nil` when it has no manifest.
    public static func manifest(in path: String) throws(HubError) -> CachedRepository? { try CachedRepository(folder: path) }

    /// Reads the manifest in `folder`; `nil` when there is none.
    init?(folder: String) throws(HubError) {
        let path = "\(folder)/\(HubCache.manifestName)"
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: data) else { throw .damagedManifest(path: path) }
        var files: [RemoteFile] = []
        for entry in manifest.files {
            guard let digest = FileDigest(hexadecimal: entry.digest), let name = try? RemotePath(entry.path) else {
                throw .damagedManifest(path: path)
            }
            files.append(RemoteFile(path: name, size: entry.size, digest: digest))
        }
        (id, revision, commit, pattern) = (manifest.id, manifest.revision, manifest.commit, manifest.pattern)
        self.files = files
        self.folder = folder
    }

    /// Removes what an earlier pull of the same selection fetched and this one did not: a file of another revision beside the
    /// new ones could be taken for part of the model.
    func removeSuperseded() throws(HubError) {
        guard let earlier = try? CachedRepository(folder: folder), earlier.id == id, earlier.pattern == pattern else { return }
        let kept = Set(files.map(\.path))
        for file in earlier.files where !kept.contains(file.path) {
            let path = "\(folder)/\(file.path)"
            guard unlink(path) == 0 || errno == ENOENT else { throw .notWritable(path: path, reason: String(cString: strerror(errno))) }
        }
    }

    /// Writes the manifest, whole or not at all.
    func save() throws(HubError) {
        let manifest = Manifest(
            id: id, revision: revision, commit: commit, pattern: pattern,
            files: files.map { Manifest.Entry(path: $0.path.text, size: $0.size, digest: $0.digest.hexadecimal) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let path = "\(folder)/\(HubCache.manifestName)"
        do {
            try encoder.encode(manifest).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .notWritable(path: path, reason: LocalFile.reason(error))
        }
    }
}
