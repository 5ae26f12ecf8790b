import HTTPReader
import Foundation

extension ModelHub {
    /// Sends a request, follows redirects where that is said, and leaves the answer's body to be read. The token goes to the hub
    /// alone.
    func send(
        _ method: HTTPReader.Request.Method, _ url: URL, range: String? = nil, timeout: Duration = .seconds(24 * 3600),
        redirects: HTTPReader.Redirects = .followed
    ) async throws -> HTTPAnswer {
        var request = HTTPReader.Request(method, url.absoluteString, headers: [("Accept-Encoding", "identity")])
        if let range { request.headers.append(("Range", range)) }
        if let token { request.secret = ("Authorization", "Bearer \(token.secret)") }
        do {
            // The reader ends a connection that stands still; a large file may take its time.
            return try await HTTPReader(timeout: timeout, redirects: redirects).open(request)
        } catch {
            throw failure(error, url)
        }
    }

    /// Fetches one file unless it is there already. `progress` is given the bytes that are on disk.
    func fetch(
        _ file: RemoteFile, of model: RepositoryID, _ commit: String, into folder: String, progress: (UInt64) -> Void
    ) async throws {
        let target = "\(folder)/\(file.path)"
        if (try? LocalFile.verify(target, file)) != nil { return progress(file.size) }
        if let slash = target.lastIndex(of: "/") { try LocalFile.makeFolder(String(target[..<slash])) }
        let url = try endpoint.file(model, commit, file.path)
        try await checkHead(file, url, model)
        let partial = "\(target).partial"
        var attempt = 0
        var pause = limits.pause
        while true {
            let before = LocalFile.size(partial) ?? 0
            do {
                if try await transfer(file, url, model, partial: partial, target: target, progress: progress) { return }
            } catch let error as HubError {
                // What was left from an earlier time may be the culprit: once more from the beginning.
                guard case .wrongChecksum = error, before > 0 else {
                    guard error.isTransient else { throw error }
                    attempt = (LocalFile.size(partial) ?? 0) > before ? 1 : attempt + 1
                    guard attempt < limits.attempts else { throw error }
                    try await Task.sleep(for: pause)
                    pause = attempt == 1 ? limits.pause : pause * 2
                    continue
                }
            }
            attempt += 1
            guard attempt < limits.attempts else {
                throw HubError.interrupted(file: file.path.text, reason: "the server sends other parts than asked for")
            }
        }
    }

    /// Asks the hub itself about the file before anything is fetched: refusals are told at once, and the checksum
    /// of the listing must be that of the file.
    private func checkHead(_ file: RemoteFile, _ url: URL, _ model: RepositoryID) async throws {
        let answer = try await send(.head, url, timeout: .seconds(60), redirects: .answered)
        let status = answer.status
        guard status == 200 || RedirectRule.isRedirect(status) else { throw failure(status, model, url, what: "\(file.path) in \(model)") }
        if let text = answer.header("x-linked-size"), let size = UInt64(text), size != file.size {
            throw HubError.wrongSize(file: file.path.text, expected: file.size, actual: size)
        }
        if let tag = answer.header("x-linked-etag") ?? answer.header("etag"),
            let digest = FileDigest(entityTag: tag), digest.hexadecimal.utf8.count == file.digest.hexadecimal.utf8.count,
            digest != file.digest
        {
            throw HubError.wrongChecksum(file: file.path.text, expected: file.digest.description, actual: digest.description)
        }
    }

    /// One request for what is missing; whether the file is complete now.
    private func transfer(
        _ file: RemoteFile, _ url: URL, _ model: RepositoryID, partial: String, target: String, progress: (UInt64) -> Void
    ) async throws -> Bool {
        var present = LocalFile.size(partial) ?? 0
        if present > file.size {
            try? FileManager.default.removeItem(atPath: partial)
            present = 0
        }
        if present == file.size {
            try PartialFile(path: partial, file: file, restart: false).finish(as: target)
            return true
        }
        let plan = TransferPlan(file: file, present: present)
        let answer = try await send(.get, url, range: plan.range)
        let (status, final) = (answer.status, answer.url)
        guard [200, 206, 416].contains(status) else { throw failure(status, model, final, what: "\(file.path) in \(model)") }
        let step = try plan.step(
            status: status, contentRange: answer.header("content-range"),
            contentLength: answer.header("content-length"), url: RedirectRule.shown(final))
        if step == .discard {
            try? FileManager.default.removeItem(atPath: partial)
            return false
        }
        var output = try PartialFile(path: partial, file: file, restart: step == .restart)
        progress(output.count)
        var pieces = answer.pieces.makeAsyncIterator()
        while true {
            let piece: [UInt8]?
            do { piece = try await pieces.next() } catch let error as HTTPReadError {
                if error == .cancelled { throw CancellationError() }
                throw HubError.interrupted(file: file.path.text, reason: "\(error)")
            }
            guard let piece else { break }
            try piece.withUnsafeBytes { bytes in try output.append(bytes) }
            progress(output.count)
        }
        guard output.count == file.size else { throw HubError.interrupted(file: file.path.text, reason: "the answer ended early") }
        try output.finish(as: target)
        return true
    }

    // MARK: Errors

    func failure(_ status: Int, _ model: RepositoryID, _ url: URL, what: String) -> HubError {
        switch status {
        case 401, 403: .unauthorized(repository: model.description, hasToken: token != nil)
        case 404: .notFound(what)
        case 429: .rateLimited(host: url.host ?? endpoint.host)
        default: .unexpectedStatus(status, url: RedirectRule.shown(url))
        }
    }

    func failure(_ error: HTTPReadError, _ url: URL) -> any Error {
        switch error {
        case .cancelled: CancellationError()
        case .tooLong(let limit): HubError.malformedAnswer(url: RedirectRule.shown(url), reason: "it has more than \(limit) bytes")
        case .badRedirect(let from): HubError.malformedAnswer(url: from, reason: "it redirects to no address")
        case .redirectLoop(let from): HubError.redirectLoop(url: from)
        case .unsafeRedirect(let from, let to): HubError.unsafeRedirect(from: from, to: to)
        case .unreachable, .timedOut, .brokenOff: HubError.offline(host: url.host ?? endpoint.host, reason: "\(error)")
        }
    }
}

extension HubError {
    /// Whether trying again may help.
    var isTransient: Bool {
        switch self {
        case .interrupted, .offline: true
        case .unexpectedStatus(let status, _): status >= 500
        default: false
        }
    }
}
