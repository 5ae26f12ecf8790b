import Dashboard
import Foundation
import HTTPDoor
import Hummingbird
import HummingbirdTesting
import Logging
import ServiceLifecycle
import Testing

@Suite("The dashboard's files")
struct DashboardFileTests {
    let application = Application(router: DashboardDoor(learning: FixtureNode(), observer: FixtureNode()).router())

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await application.test(.router) { try await $0.executeRequest(uri: path, method: .get, headers: headers, body: nil) }
    }

    @Test("The page and everything that it names are there, and nothing comes from elsewhere")
    func files() async throws {
        var waiting = ["/"]
        var seen: Set<String> = []
        while let path = waiting.popLast() {
            guard seen.insert(path).inserted else { continue }
            let response = try await get(path)
            #expect(response.status == .ok, "\(path)")
            #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            let text = String(buffer: response.body)
            #expect(!text.contains("http://") || path == "/icon.svg" || path == "/dom.js", "\(path) names another host")
            #expect(!text.contains("https://"), "\(path) names another host")
            waiting += text.matches(of: /(?:src|href)="(\/[a-z.]+(?:js|css|svg))"/).map { String($0.1) }
            waiting += text.matches(of: /from "\.(\/[a-z]+\.js)"/).map { String($0.1) }
        }
        #expect(seen.count == 14)
    }

    @Test("Names are the same in the page and in the scripts")
    func ids() async throws {
        let page = String(buffer: try await get("/").body)
        let ids = Set(page.matches(of: /id="([a-z-]+)"/).map { String($0.1) })
        for script in ["chain", "clock", "curve", "learning", "main", "tables", "unseen"] {
            let text = String(buffer: try await get("/\(script).js").body)
            for match in text.matches(of: /(?:byId|setText|setBar|setNotice|chip)\("([a-z-]+)"/) {
                #expect(ids.contains(String(match.1)), "\(script).js uses #\(match.1)")
            }
        }
    }

    @Test("A browser that has the file is told so")
    func caching() async throws {
        let tag = try #require(try await get("/main.js").headers[.eTag])
        let again = try await get("/main.js", headers: [.ifNoneMatch: tag])
        #expect(again.status == .notModified && again.body.readableBytes == 0)
    }

    @Test("The engine's own routes are on the same port")
    func engine() async throws {
        #expect(try await get("/status").status == .ok)
        #expect(try await get("/updates").status == .ok)
        #expect(try await get("/nowhere").status == .notFound)
    }
}

@Suite("The dashboard in Chromium", .enabled(if: Chromium.isPresent, "Chromium is not installed"), .serialized)
struct DashboardPictureTests {
    func withDashboard(_ node: FixtureNode, _ body: @Sendable @escaping (Int) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = DashboardDoor(learning: node, observer: node).server(at: ListenAddress(port: 0), logger: logger) {
            continuation.yield($0)
        }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                try await body(port)
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// The text of an element in a dumped DOM.
    static func text(_ id: String, in dom: String) -> String? {
        guard let start = dom.range(of: "id=\"\(id)\""), let open = dom[start.upperBound...].firstIndex(of: ">") else { return nil }
        let rest = dom[dom.index(after: open)...]
        return rest.firstIndex(of: "<").map { String(rest[..<$0]) }
    }

    static func isHidden(_ id: String, in dom: String) throws -> Bool {
        let tag = try #require(dom.firstMatch(of: try Regex("<[a-z]+[^>]*id=\"\(id)\"[^>]*>"))).output[0].substring ?? ""
        return tag.contains(" hidden")
    }

    @Test("A snapshot's values are on the page")
    func values() async throws {
        try await withDashboard(FixtureNode()) { port in
            let dom = String(decoding: try await Chromium.open(port: port, as: "html"), as: UTF8.self)
            #expect(dom.contains("data-state=\"live\""))
            #expect(Self.text("head-slot", in: dom) == "60")
            #expect(Self.text("finalized-slot", in: dom) == "56")
            #expect(Self.text("finalized-lag", in: dom) == "4 slots (48 s) behind")
            #expect(Self.text("validators", in: dom) == "4")
            #expect(Self.text("peers", in: dom) == "3")
            #expect(Self.text("seals", in: dom) == "61")
            #expect(Self.text("seals-detail", in: dom) == "2 of 16 handed in too late (12.5 %)")
            #expect(Self.text("update-count", in: dom) == "12")
            #expect(Self.text("trainer-phase", in: dom) == "training")
            #expect(Self.text("trainer-detail", in: dom) == "round 13 · step 84 of 120 · loss 3.702 · 412 tokens/s")
            #expect(Self.text("gate-detail", in: dom) == "41 % of the 512 sentences")
            #expect(Self.text("slot-time", in: dom)?.hasSuffix(" s of 12 s") == true)
            #expect(dom.contains("Loss against accepted updates: from 3.8412 to 3.6612 after 12 updates."))
            #expect(dom.contains("Loss on sentences that nobody trains on, against the base model: task −12.0 %, general +0.6 %."))
            #expect(try Self.isHidden("unseen", in: dom) == false)
            #expect(dom.contains("3.6680 → 3.6612") && dom.contains("−0.19 %") && dom.contains("3 of 4"))
            // Two of four are away since epoch 40.
            #expect(
                Self.text("absence", in: dom)
                    == "50.0 % of the stake does not vote: 2 of 4 validators, since epoch 40 (4 min). "
                    + "More than a third is missing: nothing becomes final until it is back.")
            #expect(try Self.isHidden("absence", in: dom) == false)
            #expect(
                Self.text("history", in: dom)
                    == "The history before this node’s checkpoint is on its way: slot 1,200 of 9,000, 260 slots a second, 30 s left. "
                    + "Until it is here nobody votes on this node.")
            #expect(try Self.isHidden("history", in: dom) == false)
            #expect(dom.contains("Slot 33: no block") && dom.contains("Slot 55: block with an update, finalised"))
            // 14 rows of updates, 20 of blocks, 13 points of the curve, three heads.
            #expect(dom.matches(of: /<tr>/).count == 50)
        }
    }

    @Test("What a stranger writes stays text")
    func hostileText() async throws {
        try await withDashboard(FixtureNode()) { port in
            let dom = String(decoding: try await Chromium.open(port: port, as: "html"), as: UTF8.self)
            #expect(dom.contains("&lt;img src=x onerror=alert(1)&gt; &amp;"))
            #expect(!dom.contains("<img src=\"x\"") && !dom.contains("<img src=x"))
        }
    }

    @Test("An empty chain is told, not left blank")
    func emptyChain() async throws {
        try await withDashboard(FixtureNode(hasBlocks: false)) { port in
            let dom = String(decoding: try await Chromium.open(port: port, as: "html"), as: UTF8.self)
            #expect(Self.text("finalized-lag", in: dom) == "only genesis so far")
            #expect(Self.text("seals", in: dom) == "–" && Self.text("seals-detail", in: dom) == "sealed in another process")
            #expect(Self.text("trainer-phase", in: dom) == "off" && Self.text("gate-phase", in: dom) == "off")
            for (id, isHidden) in [
                ("blocks-empty", false), ("updates-empty", false), ("curve-empty", false), ("blocks-table", true), ("absence", true),
                ("history", true), ("unseen", true),
            ] {
                #expect(try Self.isHidden(id, in: dom) == isHidden, "\(id)")
            }
        }
    }

    @Test("A live page keeps the last values when the stream breaks, and says so")
    func brokenStream() async throws {
        try await withDashboard(FixtureNode()) { port in
            let dom = String(decoding: try await Chromium.open(port: port, as: "html", isLive: true), as: UTF8.self)
            #expect(Self.text("head-slot", in: dom) == "60")
            let connection = try #require(Self.text("connection", in: dom))
            #expect(connection == "Live" || connection.hasPrefix("No connection. What you see is"))
        }
    }

    @Test(
        "Pictures for a desk and a phone are not blank", arguments: [("1280x2000", "light"), ("1280x2000", "dark"), ("390x3000", "light")])
    func pictures(size: String, scheme: String) async throws {
        try await withDashboard(FixtureNode()) { port in
            let png = try await Chromium.open(port: port, as: "png", size: size, scheme: scheme)
            #expect(png.prefix(8).elementsEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
            let number = { (offset: Int) in png.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) } }
            #expect("\(number(16))x\(number(20))" == size)
            // The page without a node behind it comes to 80 kB, with one to more than 180 kB.
            #expect(png.count > 120_000)
            if let folder = ProcessInfo.processInfo.environment["DASHBOARD_PICTURES"] {
                try png.write(to: URL(filePath: folder).appending(path: "dashboard-\(size)-\(scheme).png"))
            }
        }
    }
}
