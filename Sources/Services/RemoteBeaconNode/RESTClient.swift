import AsyncHTTPClient
import JSON
import Logging
import NIOCore
import NIOHTTP1

/// Speaks HTTP with one beacon node: each request has a time limit, answers a size limit, and what failed for a passing
/// reason is tried again after a growing pause.
struct RESTClient: Sendable {
    let endpoint: RESTEndpoint
    /// Seconds for one try.
    var timeout: Double = 5
    /// Tries in all.
    var tries = 3
    /// Seconds before the second try; doubled for each further one.
    var firstPause: Double = 0.25
    let logger: Logger

    /// The answer's JSON. An answer without content is `null`.
    ///
    /// - Throws: `RemoteBeaconNodeError`, or `CancellationError`.
    func send(_ request: RESTRequest) async throws -> JSONValue {
        try await retrying(request) { try await sendOnce(request) }
    }

    /// Does it again after failures that pass.
    func retrying<Answer>(_ request: RESTRequest, _ once: () async throws -> Answer) async throws -> Answer {
        var pause = firstPause
        for attempt in 1... {
            do {
                return try await once()
            } catch let error as RemoteBeaconNodeError {
                guard attempt < tries, error.isPassing(for: request) else { throw error }
                logger.debug("\(error); trying again in \(pause) s")
            }
            try await Task.sleep(for: .seconds(pause))
            pause *= 2
        }
        throw CancellationError()
    }

    private func sendOnce(_ request: RESTRequest) async throws -> JSONValue {
        var message = HTTPClientRequest(url: endpoint.base + request.target)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers.add(name: "Accept", value: "application/json")
        if let body = request.body {
            message.headers.add(name: "Content-Type", value: "application/json")
            message.body = .bytes(ByteBuffer(bytes: body.utf8))
        }
        if let version = request.consensusVersion { message.headers.add(name: "Eth-Consensus-Version", value: version) }
        let (status, bytes) = try await execute(message, request)
        guard (200..<300).contains(status) else {
            throw Self.refusal(request, status, bytes)
        }
        guard !bytes.isEmpty else { return .null }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw RemoteBeaconNodeError.malformed(path: request.path, problem: "\(error)")
        }
    }

    func execute(_ message: HTTPClientRequest, _ request: RESTRequest) async throws -> (status: Int, body: [UInt8]) {
        do {
            let response = try await HTTPClient.shared.execute(message, timeout: .nanoseconds(Int64(timeout * 1e9)))
            let body = try await response.body.collect(upTo: request.limit)
            return (Int(response.status.code), Array(body.readableBytesView))
        } catch is CancellationError {
            throw CancellationError()
        } catch is NIOTooManyBytesError {
            throw RemoteBeaconNodeError.tooLong(path: request.path, limit: request.limit)
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout {
            throw RemoteBeaconNodeError.timedOut(request.path, seconds: timeout)
        } catch let error as HTTPClientError where error == .cancelled {
            throw CancellationError()
        } catch {
            try Task.checkCancellation()
            throw RemoteBeaconNodeError.unreachable(endpoint.description, reason: "\(error)")
        }
    }

    /// The node's server-sent events, until the connection ends.
    func events(topics: [String]) async throws -> AsyncThrowingStream<EventStream.Event, any Error> {
        var message = HTTPClientRequest(url: endpoint.base + "/eth/v1/events?topics=" + topics.joined(separator: ","))
        message.headers.add(name: "Accept", value: "text/event-stream")
        let response: HTTPClientResponse
        do {
            response = try await HTTPClient.shared.execute(message, deadline: .distantFuture)
        } catch {
            throw RemoteBeaconNodeError.unreachable(endpoint.description, reason: "\(error)")
        }
        guard response.status == .ok else {
            throw RemoteBeaconNodeError.refused(
                path: "/eth/v1/events", status: Int(response.status.code), message: response.status.reasonPhrase)
        }
        let body = response.body
        return AsyncThrowingStream { continuation in
            let task = Task {
                var parser = EventStream()
                do {
                    for try await buffer in body {
                        for event in try parser.take(buffer.readableBytesView) { continuation.yield(event) }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

extension RemoteBeaconNodeError {
    /// Whether another try may go better.
    fileprivate func isPassing(for request: RESTRequest) -> Bool {
        switch self {
        case .unreachable, .timedOut: request.isRepeatable
        case .refused(_, let status, _, _): request.isRepeatable && [429, 500, 502, 503, 504].contains(status)
        default: false
        }
    }
}
