import HTTPReader
import Foundation

/// Fetches models and data sets from a Hugging Face hub, or a mirror of one, into the cache.
///
/// Transfers go on where they broke off, every file is checked against the checksum the hub lists, and the token is
/// told to the hub alone.
public struct ModelHub: Sendable {
    public let endpoint: HubEndpoint
    public let cache: HubCache
    let token: HubToken?
    let limits: Limits

    /// Bounds of what a hub may make this machine do.
    public struct Limits: Sendable {
        /// Bytes of all chosen files together.
        public var byteCount: UInt64 = 64 << 30
        /// Bytes of one answer that is no file.
        public var listingBytes = 32 << 20
        /// Pages of a listing.
        public var listingPages = 100
        /// Attempts for one file without any progress.
        public var attempts = 5
        /// Pause before the second attempt; doubled for each that follows.
        public var pause: Duration = .seconds(1)

        public init() {}
    }

    /// How far a pull is.
    public struct Progress: Sendable, Equatable {
        public let file: String
        public let bytesDone: UInt64
        public let byteCount: UInt64
    }

    public init(endpoint: HubEndpoint, cache: HubCache, token: HubToken?, limits: Limits = Limits()) {
        self.endpoint = endpoint
        self.cache = cache
        self.token = token
        self.limits = limits
    }

    /// Fetches what is missing of `model`, or of a data set, at `revision`: the files that match `pattern`, or those a model
    /// is run from; of a data set those that text is read from.
    public func pull(
        _ model: RepositoryID, revision: String = "main", pattern: String? = nil, progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws -> CachedRepository {
        try RepositoryID.checkRevision(revision)
        let commit = try await commit(of: model, revision)
        let files = try FileSelection.choose(try await listing(of: model, commit), pattern: pattern, model: model)
        let total = files.reduce(UInt64(0)) { $0.addingReportingOverflow($1.size).overflow ? .max : $0 + $1.size }
        guard total <= limits.byteCount else { throw HubError.tooLarge(bytes: total, limit: limits.byteCount) }
        let folder = cache.folder(of: model)
        try LocalFile.makeFolder(folder)
        // A second pull of the same waits and finds the files there.
        let lock = try await FolderLock(folder)
        defer { withExtendedLifetime(lock) {} }
        var done: UInt64 = 0
        for file in files {
            let before = done
            try await fetch(file, of: model, commit, into: folder) { present in
                progress(Progress(file: file.path.text, bytesDone: before + present, byteCount: total))
            }
            done += file.size
        }
        let cached = CachedRepository(id: model, revision: revision, commit: commit, pattern: pattern, files: files, folder: folder)
        try cached.removeSuperseded()
        try cached.save()
        return cached
    }

    private func commit(of model: RepositoryID, _ revision: String) async throws -> String {
        let url = try endpoint.revision(model, revision)
        return try HubListing.commit(try await page(url, of: model).bytes, url: url)
    }

    private func listing(of model: RepositoryID, _ commit: String) async throws -> [RemoteFile] {
        var url = try endpoint.tree(model, commit)
        var files: [RemoteFile] = []
        for _ in 0..<limits.listingPages {
            let page = try await page(url, of: model)
            files += try HubListing.files(page.bytes, url: url)
            guard files.count <= HubListing.fileLimit else {
                throw HubError.malformedAnswer(url: RedirectRule.shown(url), reason: "it lists more than \(HubListing.fileLimit) files")
            }
            guard let next = HubListing.nextPage(page.link) else { return try HubListing.distinct(files, url: url) }
            // A listing stays on the hub: a next page elsewhere would take the token along.
            guard let following = URL(string: next, relativeTo: url)?.absoluteURL, following.host == url.host,
                following.scheme == url.scheme,
                following.port == url.port
            else { throw HubError.malformedAnswer(url: RedirectRule.shown(url), reason: "its next page is on another host") }
            url = following
        }
        throw HubError.malformedAnswer(url: RedirectRule.shown(url), reason: "it has more than \(limits.listingPages) pages")
    }

    /// One JSON answer of the API.
    private func page(_ url: URL, of model: RepositoryID) async throws -> (bytes: [UInt8], link: String?) {
        let answer = try await send(.get, url)
        guard answer.status == 200 else { throw failure(answer.status, model, url, what: model.description) }
        do {
            return (try await answer.body(limit: limits.listingBytes), answer.header("link"))
        } catch {
            throw failure(error, url)
        }
    }
}
