import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import HTTPReader

/// Runs a server with `router` on a free port while `body` uses its address.
private func serve(_ router: Router<BasicRequestContext>, _ body: @Sendable @escaping (String) async throws -> Void) async throws {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(
        router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
    let group = ServiceGroup(configuration: .init(services: [.init(service: application)], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        for await port in ports {
            let result: Result<Void, any Error>
            do { result = .success(try await body("http://127.0.0.1:\(port)")) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try result.get()
            break
        }
        try await tasks.waitForAll()
    }
}

/// One reader for all: what it must bear from servers.
@Suite("The HTTP reader", .timeLimit(.minutes(1)))
struct HTTPReaderTests {
    private let reader = HTTPReader(timeout: .seconds(20))

    private struct Broken: Error {}

    private func body(_ write: @Sendable @escaping (inout any ResponseBodyWriter) async throws -> Void) -> Response {
        Response(
            status: .ok,
            body: ResponseBody { writer in
                try await write(&writer)
                try await writer.finish(nil)
            })
    }

    @Test("Method, headers and body arrive; status and body come back")
    func exchange() async throws {
        let router = Router()
        router.post("/echo") { request, _ in
            let text = String(buffer: try await request.body.collect(upTo: 100))
            return Response(
                status: .accepted, body: ResponseBody(byteBuffer: ByteBuffer(string: "\(request.headers[.contentType] ?? "") \(text)")))
        }
        try await serve(router) { url in
            let request = HTTPReader.Request(.post, url + "/echo?x=1", headers: [("Content-Type", "text/plain")], body: Array("hello".utf8))
            let answer = try await reader.read(request, limit: 100)
            #expect(answer.status == 202 && String(decoding: answer.body, as: UTF8.self) == "text/plain hello")
            #expect(try await reader.read(HTTPReader.Request(.get, url + "/nowhere"), limit: 1000).status == 404)
        }
    }

    @Test("An answer longer than the limit is refused, with a length and without")
    func size() async throws {
        let router = Router()
        router.get("/long") { _, _ in Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(repeating: 48, count: 5000))) }
        router.get("/endless") { [self] _, _ in
            body { writer in while true { try await writer.write(ByteBuffer(repeating: 48, count: 1000)) } }
        }
        try await serve(router) { url in
            await #expect(throws: HTTPReadError.tooLong(limit: 4999)) {
                try await reader.read(HTTPReader.Request(.get, url + "/long"), limit: 4999)
            }
            let long = try await reader.read(HTTPReader.Request(.get, url + "/long"), limit: 5000)
            #expect(long.body.count == 5000)
            await #expect(throws: HTTPReadError.tooLong(limit: 100_000)) {
                try await reader.read(HTTPReader.Request(.get, url + "/endless"), limit: 100_000)
            }
        }
    }

    @Test("No answer, and one that never ends, are out of time")
    func time() async throws {
        let router = Router()
        router.get("/silent") { _, _ in
            try await Task.sleep(for: .seconds(30))
            return Response(status: .ok)
        }
        router.get("/stalling") { [self] _, _ in
            body { writer in
                try await writer.write(ByteBuffer(string: "a"))
                try await Task.sleep(for: .seconds(30))
            }
        }
        try await serve(router) { url in
            let hasty = HTTPReader(timeout: .milliseconds(200))
            for path in ["/silent", "/stalling"] {
                await #expect(throws: HTTPReadError.timedOut, "\(path)") {
                    try await hasty.read(HTTPReader.Request(.get, url + path), limit: 10)
                }
            }
        }
    }

    @Test("A connection that is refused or breaks says so, without the address's secrets")
    func broken() async throws {
        let router = Router()
        router.get("/cut") { [self] _, _ in
            body { writer in
                try await writer.write(ByteBuffer(string: "a"))
                throw Broken()
            }
        }
        try await serve(router) { url in
            let error = await #expect(throws: HTTPReadError.self) {
                try await reader.read(HTTPReader.Request(.get, url + "/cut"), limit: 10)
            }
            guard case .brokenOff = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        let refused = await #expect(throws: HTTPReadError.self) {
            try await reader.read(HTTPReader.Request(.get, "http://me:secret@127.0.0.1:1/"), limit: 10)
        }
        #expect(refused == .unreachable(reason: "the connection was refused"))
        await #expect(throws: HTTPReadError.self) { try await reader.read(HTTPReader.Request(.get, "no address"), limit: 10) }
    }

    @Test("Redirects are the answer, or are followed; a secret stays with its host")
    func redirects() async throws {
        let seen = Mutex<[String: String]>([:])
        let other = Router()
        other.get("/file") { request, _ in
            seen.withLock { $0["other"] = request.headers[.authorization] ?? "none" }
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "file")))
        }
        try await serve(other) { elsewhere in
            let router = Router()
            router.get("/a") { request, _ in
                seen.withLock { $0["a"] = request.headers[.authorization] ?? "none" }
                return Response(status: .found, headers: [.location: "/b"])
            }
            router.get("/b") { request, _ in
                seen.withLock { $0["b"] = request.headers[.authorization] ?? "none" }
                return Response(status: .temporaryRedirect, headers: [.location: elsewhere + "/file"])
            }
            router.get("/circle") { _, _ in Response(status: .found, headers: [.location: "/circle"]) }
            router.get("/out") { _, _ in Response(status: .found, headers: [.location: "http://192.0.2.1/"]) }
            try await serve(router) { url in
                var request = HTTPReader.Request(.get, url + "/a")
                request.secret = ("Authorization", "Bearer x")
                let following = HTTPReader(timeout: .seconds(20), redirects: .followed)
                #expect(try await reader.read(request, limit: 10).status == 302)
                let answer = try await following.open(request)
                #expect(answer.url.absoluteString == elsewhere + "/file")
                #expect(try await answer.body(limit: 10) == Array("file".utf8))
                #expect(seen.withLock { $0 } == ["a": "Bearer x", "b": "Bearer x", "other": "none"])
                await #expect(throws: HTTPReadError.redirectLoop(url + "/circle")) {
                    try await following.open(HTTPReader.Request(.get, url + "/circle"))
                }
                await #expect(throws: HTTPReadError.unsafeRedirect(from: url + "/out", to: "http://192.0.2.1/")) {
                    try await following.open(HTTPReader.Request(.get, url + "/out"))
                }
            }
        }
    }

    @Test("A cancelled read is cancelled, not failed")
    func cancelled() async throws {
        let router = Router()
        let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
        router.get("/silent") { _, _ in
            continuation.yield()
            try await Task.sleep(for: .seconds(30))
            return Response(status: .ok)
        }
        try await serve(router) { url in
            let task = Task { try await reader.read(HTTPReader.Request(.get, url + "/silent"), limit: 10) }
            for await _ in begun { break }
            task.cancel()
            await #expect(throws: HTTPReadError.cancelled) { try await task.value }
        }
    }

    @Test("A secret is dropped at the first change of host and never taken up again")
    func redirects() throws {
        var rule = RedirectRule(try #require(URL(string: "https://hub.example/a")))
        try rule.follow(location: "/b")
        #expect(rule.url.absoluteString == "https://hub.example/b" && rule.mayCarrySecret)
        try rule.follow(location: "https://HUB.example/c?x=1")
        #expect(rule.mayCarrySecret)
        try rule.follow(location: "https://store.example/c?signature=x")
        #expect(!rule.mayCarrySecret)
        try rule.follow(location: "https://hub.example/d")
        #expect(!rule.mayCarrySecret)
        #expect(throws: HTTPReadError.redirectLoop("https://hub.example/d")) { try rule.follow(location: "/b") }
        #expect(throws: HTTPReadError.unsafeRedirect(from: "https://hub.example/d", to: "http://store.example/x")) {
            try rule.follow(location: "http://store.example/x?signature=y")
        }
        var port = RedirectRule(try #require(URL(string: "http://127.0.0.1:1/")))
        try port.follow(location: "http://127.0.0.1:2/")
        #expect(!port.mayCarrySecret)
        var endless = RedirectRule(try #require(URL(string: "https://hub.example/0")))
        #expect(throws: HTTPReadError.self) { for step in 1...20 { try endless.follow(location: "/\(step)") } }
        #expect(throws: HTTPReadError.self) { try endless.follow(location: nil) }
    }
}
