import Crypto
import Foundation
import Hummingbird
import Logging
import ModelHub
import NIOCore
import ServiceLifecycle
import Synchronization

/// A hub of one model on this machine, with a second server that stands for its storage.
final class FakeHub: Sendable {
    /// A request as a server saw it.
    struct Request: Sendable, Equatable {
        var method: String
        var path: String
        var authorization: String?
        var range: String?
        var server: String
    }

    /// How the servers misbehave.
    struct Faults: Sendable {
        /// Cut the next bodies of files after so many bytes, one entry an answer.
        var cuts: [Int] = []
        /// Statuses of the next answers of the API.
        var statuses: [Int] = []
        /// Answer file requests of the hub by redirecting to themselves and back.
        var redirectsInCircles = false
        /// The byte to spoil in the content sent.
        var spoiledByte: Int?
        var ignoresRanges = false
        var headTag: String?
        var redirectTarget: String?
        /// A file that the listing names twice, and entries of the listing beside those of the files.
        var repeated: String?
        var entries: [String] = []
        /// Send this much more than the file has.
        var surplus = 0
    }

    static let commit = String(repeating: "ab", count: 20)
    static let model = "test-org/Tiny.Model-1"
    let files: Mutex<[String: [UInt8]]>
    let faults = Mutex(Faults())
    let token: String?
    private let seen = Mutex<[Request]>([])
    private let storagePort = Mutex(0)

    /// What the paths of its API and of its files begin with.
    private let interface, page: String

    /// - Parameters:
    ///   - token: what the hub demands; `nil` for a public model.
    ///   - kind: whether it is a model or a data set.
    init(files: [String: [UInt8]], token: String? = nil, kind: RepositoryKind = .model) {
        self.files = Mutex(files)
        self.token = token
        interface = kind == .model ? "/api/models/\(Self.model)" : "/api/datasets/\(Self.model)"
        page = kind == .model ? "/\(Self.model)" : "/datasets/\(Self.model)"
    }

    var requests: [Request] { seen.withLock { $0 } }
    func forget() { seen.withLock { $0 = [] } }
    func change(_ body: (inout Faults) -> Void) { faults.withLock { body(&$0) } }

    static func sha256(_ bytes: [UInt8]) -> String { SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined() }
    static func gitBlob(_ bytes: [UInt8]) -> String {
        Insecure.SHA1.hash(data: Array("blob \(bytes.count)\0".utf8) + bytes).map { String(format: "%02x", $0) }.joined()
    }

    private static func isLarge(_ name: String) -> Bool {
        name.hasSuffix(".safetensors") || name.hasSuffix(".gguf") || name.hasSuffix(".jsonl")
    }

    /// Runs both servers while `body` uses the hub at the given address.
    func serve(_ body: @Sendable @escaping (String) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: (String, Int).self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let services = [("hub", hubRouter()), ("storage", storageRouter())].map { name, router in
            Application(
                router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                onServerRunning: { continuation.yield((name, $0.localAddress?.port ?? 0)) }, logger: logger)
        }
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) }, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var hubPort = 0
            var known = 0
            for await (name, port) in ports {
                if name == "hub" { hubPort = port } else { storagePort.withLock { $0 = port } }
                known += 1
                if known == 2 { break }
            }
            do { try await body("http://127.0.0.1:\(hubPort)") } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func note(_ request: HummingbirdCore.Request, _ server: String) {
        let entry = Request(
            method: request.method.rawValue, path: request.uri.description, authorization: request.headers[.authorization],
            range: request.headers[.range], server: server)
        seen.withLock { $0.append(entry) }
    }

    private func refusal(_ request: HummingbirdCore.Request) -> Response? {
        if let status = faults.withLock({ $0.statuses.isEmpty ? nil : $0.statuses.removeFirst() }) {
            return Response(status: .init(code: status))
        }
        guard let token, request.headers[.authorization] != "Bearer \(token)" else { return nil }
        return Response(status: .unauthorized)
    }

    // MARK: The hub

    private func hubRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("\(interface)/revision/:revision") { [self] request, context in
            note(request, "hub")
            if let refusal = refusal(request) { return refusal }
            guard ["main", Self.commit].contains(context.parameters.get("revision") ?? "") else { return Response(status: .notFound) }
            return Self.json(#"{"id":"\#(Self.model)","sha":"\#(Self.commit)","siblings":[]}"#)
        }
        router.get("\(interface)/tree/:revision") { [self] request, _ in
            note(request, "hub")
            if let refusal = refusal(request) { return refusal }
            let names = files.withLock { $0.keys.sorted() }
            let isSecond = request.uri.queryParameters["cursor"] == "2"
            let half = (names.count + 1) / 2
            let extra = faults.withLock { faults in (isSecond ? [] : faults.entries) + (faults.repeated.map { [self.entry($0)] } ?? []) }
            let entries = (isSecond ? names[half...] : names[..<half]).map(entry)
            var response = Self.json(
                "[\(([#"{"type":"directory","oid":"0","size":0,"path":"sub"}"#] + entries + extra).joined(separator: ","))]")
            if !isSecond, names.count > 1 {
                response.headers[.init("Link")!] = "<\(request.uri.path)?recursive=true&cursor=2>; rel=\"next\""
            }
            return response
        }
        router.on("\(page)/resolve/:revision/**", method: .head) { [self] request, context in
            note(request, "hub")
            if let refusal = refusal(request) { return refusal }
            return head(context.parameters.getCatchAll().joined(separator: "/"))
        }
        router.get("\(page)/resolve/:revision/**") { [self] request, context in
            note(request, "hub")
            if let refusal = refusal(request) { return refusal }
            let name = context.parameters.getCatchAll().joined(separator: "/")
            let current = faults.withLock { $0 }
            if current.redirectsInCircles {
                let other = request.uri.path.hasSuffix("/again") ? String(request.uri.path.dropLast(6)) : request.uri.path + "/again"
                return Self.redirect(other)
            }
            if let target = current.redirectTarget { return Self.redirect(target) }
            guard Self.isLarge(name) else { return body(name, request) }
            return Self.redirect("http://127.0.0.1:\(storagePort.withLock { $0 })/blob/\(name)?signature=secret")
        }
        return router
    }

    private func entry(_ name: String) -> String {
        let bytes = files.withLock { $0[name] ?? [] }
        let escaped = name.replacingOccurrences(of: "\\", with: "\\\\")
        let lfs = Self.isLarge(name) ? #","lfs":{"oid":"\#(Self.sha256(bytes))","size":\#(bytes.count),"pointerSize":130}"# : ""
        return #"{"type":"file","oid":"\#(Self.gitBlob(bytes))","size":\#(bytes.count),"path":"\#(escaped)"\#(lfs)}"#
    }

    private func head(_ name: String) -> Response {
        guard let bytes = files.withLock({ $0[name] }) else { return Response(status: .notFound) }
        let tag = faults.withLock { $0.headTag } ?? (Self.isLarge(name) ? Self.sha256(bytes) : Self.gitBlob(bytes))
        var response = Response(status: Self.isLarge(name) ? .found : .ok)
        response.headers[.eTag] = "\"\(tag)\""
        if Self.isLarge(name) {
            response.headers[.init("X-Linked-Etag")!] = "\"\(tag)\""
            response.headers[.init("X-Linked-Size")!] = "\(bytes.count)"
            response.headers[.location] = "http://127.0.0.1:\(storagePort.withLock { $0 })/blob/\(name)"
        }
        return response
    }

    // MARK: The storage

    private func storageRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/blob/**") { [self] request, context in
            note(request, "storage")
            return body(context.parameters.getCatchAll().joined(separator: "/"), request)
        }
        return router
    }

    /// The content, or the part of it that is asked for, with the faults that are set.
    private func body(_ name: String, _ request: HummingbirdCore.Request) -> Response {
        guard var bytes = files.withLock({ $0[name] }) else { return Response(status: .notFound) }
        let (faults, cut) = self.faults.withLock { faults in (faults, faults.cuts.isEmpty ? nil : faults.cuts.removeFirst()) }
        if let place = faults.spoiledByte { bytes[place] ^= 1 }
        let total = bytes.count
        var response = Response(status: .ok)
        var start = 0
        if !faults.ignoresRanges, let range = request.headers[.range], let first = Int(range.dropFirst(6).prefix { $0 != "-" }) {
            guard first < total else { return Response(status: .init(code: 416)) }
            start = first
            response.status = .init(code: 206)
            response.headers[.contentRange] = "bytes \(first)-\(total - 1)/\(total)"
        }
        var part = Array(bytes[start...])
        if faults.surplus > 0 {
            part += [UInt8](repeating: 0, count: faults.surplus)
            let surplus = part
            response.body = ResponseBody { writer in
                try await writer.write(ByteBuffer(bytes: surplus))
                try await writer.finish(nil)
            }
            return response
        }
        let whole = part
        response.body = ResponseBody(contentLength: whole.count) { writer in
            guard let cut, cut < whole.count else {
                try await writer.write(ByteBuffer(bytes: whole))
                return try await writer.finish(nil)
            }
            try await writer.write(ByteBuffer(bytes: whole[..<cut]))
            // The connection closes in the middle of the body.
            throw CancellationError()
        }
        return response
    }

    private static func json(_ text: String) -> Response {
        var response = Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
        response.headers[.contentType] = "application/json"
        return response
    }

    private static func redirect(_ target: String) -> Response {
        var response = Response(status: .found)
        response.headers[.location] = target
        return response
    }
}
