import HTTPReader
import JSON
import Logging

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
    /// Shows that this client is a role of the same node, for what only those may ask.
    var token: (@Sendable () -> String)?
    let logger: Logger
    /// Of the node's streams of events.
    let speakers = Speakers()

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
        var message = HTTPReader.Request(request.method, endpoint.base + request.target, headers: [("Accept", "application/json")])
        if let body = request.body {
            message.headers.append(("Content-Type", "application/json"))
            message.body = Array(body.utf8)
        }
        if let version = request.consensusVersion { message.headers.append(("Eth-Consensus-Version", version)) }
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

    func execute(_ message: HTTPReader.Request, _ request: RESTRequest) async throws -> (status: Int, body: [UInt8]) {
        var message = message
        if let token { message.secret = ("Authorization", "Bearer \(token())") }
        do {
            return try await HTTPReader(timeout: .seconds(timeout)).read(message, limit: request.limit)
        } catch {
            switch error {
            case .cancelled: throw CancellationError()
            case .tooLong(let limit): throw RemoteBeaconNodeError.tooLong(path: request.path, limit: limit)
            case .timedOut: throw RemoteBeaconNodeError.timedOut(request.path, seconds: timeout)
            default: throw RemoteBeaconNodeError.unreachable(endpoint.description, reason: "\(error)")
            }
        }
    }

    /// The node's server-sent events, until the connection ends.
    func events(topics: [String]) async throws -> AsyncThrowingStream<EventStream.Event, any Error> {
        let message = HTTPReader.Request(
            .get, endpoint.base + "/eth/v1/events?topics=" + topics.joined(separator: ","), headers: [("Accept", "text/event-stream")])
        let answer: HTTPAnswer
        do {
            answer = try await HTTPReader.stream(message)
        } catch {
            throw RemoteBeaconNodeError.unreachable(endpoint.description, reason: "\(error)")
        }
        guard answer.status == 200 else {
            let body = (try? await answer.body(limit: 4096)) ?? []
            throw Self.refusal(RESTRequest(method: .get, path: "/eth/v1/events"), answer.status, body)
        }
        return answer.events
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
