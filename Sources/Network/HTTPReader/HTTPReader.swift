import Foundation
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The program's one HTTP client: every request has a time limit, every body a size limit, redirects are followed only where it
/// is said, and whatever goes wrong is an `HTTPReadError`. Whether to try again is for the caller to decide.
public struct HTTPReader: Sendable {
    /// What becomes of a redirect.
    public enum Redirects: Sendable {
        /// It is the answer.
        case answered
        /// To encrypted addresses and to this machine, at most ``RedirectRule/limit`` times.
        case followed
    }

    /// Time for the answer to begin and to end.
    public var timeout: Duration
    public var redirects: Redirects

    public init(timeout: Duration, redirects: Redirects = .answered) {
        self.timeout = timeout
        self.redirects = redirects
    }

    /// Ends connections that stand still for a minute.
    private static let client = make { $0.timeout = .init(connect: .seconds(15), read: .seconds(60)) }
    /// For streams of events: our doors send a sign of life every 15 s, and other programs' nodes an event in most slots. One that
    /// is silent for so long is gone without a word, as behind a cut line.
    private static let patientClient = make { $0.timeout = .init(connect: .seconds(15), read: .seconds(120)) }

    private static func make(_ change: (inout HTTPClient.Configuration) -> Void) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        change(&configuration)
        // It lives as long as the process.
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Sends a request and reads its answer whole.
    ///
    /// - Parameter limit: bytes of the body.
    public func read(_ request: HTTPReader.Request, limit: Int) async throws(HTTPReadError) -> (status: Int, body: [UInt8]) {
        let answer = try await open(request)
        return (answer.status, try await answer.body(limit: limit))
    }

    /// Sends a request and leaves the body of its answer to be read.
    public func open(_ request: HTTPReader.Request) async throws(HTTPReadError) -> HTTPAnswer {
        var rule = try RedirectRule(request.url)
        let deadline = ContinuousClock.now + timeout
        while true {
            let answer = try await Self.send(request, rule, Self.client, until: deadline)
            guard redirects == .followed, RedirectRule.isRedirect(answer.status) else { return answer }
            try rule.follow(location: answer.header("location"))
        }
    }

    /// Opens an answer that need not end.
    public static func stream(_ request: HTTPReader.Request) async throws(HTTPReadError) -> HTTPAnswer {
        try await send(request, RedirectRule(request.url), patientClient, until: nil)
    }

    private static func send(
        _ request: HTTPReader.Request, _ rule: RedirectRule, _ client: HTTPClient, until deadline: ContinuousClock.Instant?
    ) async throws(HTTPReadError) -> HTTPAnswer {
        var message = HTTPClientRequest(url: rule.url.absoluteString)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers.add(name: "User-Agent", value: "polai")
        for header in request.headers { message.headers.add(name: header.name, value: header.value) }
        if let secret = request.secret, rule.mayCarrySecret { message.headers.add(name: secret.name, value: secret.value) }
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        let end = deadline.map { NIODeadline.now() + .nanoseconds(ContinuousClock.now.duration(to: $0).nanoseconds) }
        do {
            let response = try await client.execute(message, deadline: end ?? .distantFuture)
            return HTTPAnswer(status: Int(response.status.code), url: rule.url, response: response, deadline: deadline)
        } catch {
            throw HTTPReadError(error)
        }
    }
}

extension Duration {
    /// Whole nanoseconds, at most a century.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = min(self, .seconds(3_000_000_000)).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
