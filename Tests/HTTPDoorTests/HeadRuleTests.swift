import NIOHTTP1
import Testing

@testable import HTTPDoor

@Suite("Rules for a request's head")
struct HeadRuleTests {
    private func status(
        _ headers: [(String, String)], uri: String = "/", method: HTTPMethod = .POST, version: HTTPVersion = .http1_1,
        access: DoorAccess = DoorAccess(), host: String = "127.0.0.1"
    ) -> UInt? {
        let head = HTTPRequestHead(version: version, method: method, uri: uri, headers: HTTPHeaders(headers))
        return HeadRules(hosts: HostRule(access, listeningOn: host)).fault(of: head)?.status.code
    }

    @Test(
        "A door on loopback answers to addresses and localhost alone",
        arguments: [
            ("localhost", nil), ("localhost:8545", nil), ("LOCALHOST.", nil), ("127.0.0.1:8545", nil), ("[::1]:8545", nil),
            ("10.1.2.3", nil),
            ("evil.example", 403), ("evil.example:8545", 403), ("localhost.evil.example", 403), ("127.0.0.1.evil.example", 403), ("", 400),
        ] as [(String, UInt?)])
    func hosts(host: String, expected: UInt?) {
        #expect(status([("Host", host)]) == expected)
    }

    @Test func hostsAreCountedAndConfigured() {
        #expect(status([]) == 400)
        #expect(status([], version: .http1_0) == nil)
        #expect(status([("Host", "localhost"), ("Host", "localhost")]) == 400)
        #expect(status([("Host", "node.example")], host: "0.0.0.0") == nil)
        #expect(status([("Host", "node.example:1")], access: DoorAccess(virtualHosts: ["Node.Example"])) == nil)
        #expect(status([("Host", "other.example")], access: DoorAccess(virtualHosts: ["node.example"]), host: "0.0.0.0") == 403)
        #expect(status([("Host", "any.example")], access: DoorAccess(virtualHosts: ["*"])) == nil)
    }

    @Test func codingsMethodsAndSizes() {
        let host = ("Host", "localhost")
        #expect(status([host, ("Transfer-Encoding", "chunked")]) == nil)
        #expect(status([host, ("Transfer-Encoding", "xchunked")]) == 501)
        #expect(status([host, ("Transfer-Encoding", "gzip, chunked")]) == 501)
        #expect(status([host, ("Transfer-Encoding", "chunked"), ("Content-Length", "3")]) == 400)
        #expect(status([host, ("Transfer-Encoding", "chunked")], version: .http1_0) == 400)
        #expect(status([host], method: .RAW(value: "BREW")) == 501)
        #expect(status([host, ("Expect", "100-Continue")]) == nil)
        #expect(status([host, ("Expect", "a-miracle")]) == 417)
        #expect(status([host], uri: "/" + String(repeating: "a", count: HeadRules.targetLimit)) == 414)
        #expect(status([host, ("A", String(repeating: "a", count: HeadRules.headerLimit))]) == 431)
    }

    @Test func connectionsAreCountedByAddress() {
        let counts = AddressCounts(DoorAccess(connectionsPerAddress: 2))
        #expect(counts.open("127.0.0.1") && counts.open("127.0.0.1") && !counts.open("127.0.0.1"))
        #expect(counts.open("127.0.0.2"))
        counts.close("127.0.0.1")
        #expect(counts.open("127.0.0.1"))
        let lenient = AddressCounts(DoorAccess(connectionsPerAddress: 1, limitsLoopback: false))
        #expect(lenient.open("127.0.0.1") && lenient.open("127.0.0.1") && lenient.open("10.0.0.1") && !lenient.open("10.0.0.1"))
    }
}
