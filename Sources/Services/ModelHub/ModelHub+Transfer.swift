import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

extension ModelHub {
    /// Sends a request and follows redirects; the answer's body is not read yet.
    func send(
        _ method: HTTPMethod, _ url: URL, of model: RepositoryID, range: String? = nil
    ) async throws -> (response: HTTPClientResponse, url: URL) {
        var rule = RedirectRule(url)
        while true {
            var request = HTTPClientRequest(url: rule.url.absoluteString)
            request.method = method
            request.headers.add(name: "user-agent", value: "polai")
            request.headers.add(name: "accept-encoding", value: "identity")
            if let range { request.headers.add(name: "range", value: range) }
            if let token, rule.mayCarryToken { request.headers.add(name: "authorization", value: "Bearer \(token.secret)") }
            let response: HTTPClientResponse
            do {
                // The client's read timeout ends a connection that stands still; a large file may take its time.
                response = try await client.execute(request, timeout: .hours(24))
            } catch let error as CancellationError {
                throw error
            } catch {
                throw offline(error, rule.url)
            }
            guard RedirectRule.isRedirect(Int(response.status.code)) else { return (response, rule.url) }
            try rule.follow(location: response.headers.first(name: "location"))
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
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = .HEAD
        request.headers.add(name: "user-agent", value: "polai")
        request.headers.add(name: "accept-encoding", value: "identity")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token.secret)") }
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: .seconds(60))
        } catch {
            throw offline(error, url)
        }
        let status = Int(response.status.code)
        guard status == 200 || RedirectRule.isRedirect(status) else { throw failure(status, model, url, what: "\(file.path) in \(model)") }
        if let text = response.headers.first(name: "x-linked-size"), let size = UInt64(text), size != file.size {
            throw HubError.wrongSize(file: file.path.text, expected: file.size, actual: size)
        }
        if let tag = response.headers.first(name: "x-linked-etag") ?? response.headers.first(name: "etag"),
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
        let (response, final) = try await send(.GET, url, of: model, range: plan.range)
        let status = Int(response.status.code)
        guard [200, 206, 416].contains(status) else { throw failure(status, model, final, what: "\(file.path) in \(model)") }
        let step = try plan.step(
            status: status, contentRange: response.headers.first(name: "content-range"),
            contentLength: response.headers.first(name: "content-length"), url: RedirectRule.shown(final))
        if step == .discard {
            try? FileManager.default.removeItem(atPath: partial)
            return false
        }
        var output = try PartialFile(path: partial, file: file, restart: step == .restart)
        progress(output.count)
        var body = response.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do { piece = try await body.next() } catch {
                if error is CancellationError { throw error }
                throw HubError.interrupted(file: file.path.text, reason: Self.reason(error))
            }
            guard let piece else { break }
            try piece.withUnsafeReadableBytes { bytes in try output.append(bytes) }
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

    func offline(_ error: any Error, _ url: URL) -> HubError {
        if let error = error as? HubError { return error }
        return .offline(host: url.host ?? endpoint.host, reason: Self.reason(error))
    }

    /// The error in words that never quote a request, as headers may hold a secret.
    private static func reason(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription }
        if let error = error as? NIOConnectionError {
            if error.connectionErrors.isEmpty { return "its name cannot be resolved" }
            return "the connection was refused"
        }
        if error is ChannelError || error is IOError { return "the connection broke" }
        return "\(type(of: error))"
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
