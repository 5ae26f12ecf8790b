import HTTPReader
import BeaconTypes
import JSON
import Logging
import Primitives
import Testing

@testable import RemoteBeaconNode

private func client(_ url: String, tries: Int = 3, timeout: Double = 30) throws -> RESTClient {
    RESTClient(
        endpoint: try RESTEndpoint(url), timeout: timeout, tries: tries, firstPause: 0.01,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
}

@Suite(.timeLimit(.minutes(1))) struct BadAnswerTests {
    @Test func triesAgainWhatMayPass() async throws {
        let api = FakeBeaconAPI()
        api.answer("GET /x", .json(["message": "busy"], status: 503), .json(["message": "busy"], status: 500), .json(["ok": true]))
        api.answer("GET /y", .json(["message": "slot is in the past"], status: 400), .json(["ok": true]))
        try await api.serve { url in
            let answer = try await client(url).send(.get("/x"))
            #expect(answer["ok"] == true)
            await #expect(throws: RemoteBeaconNodeError.refused(path: "/y", status: 400, message: "slot is in the past")) {
                try await client(url).send(.get("/y"))
            }
        }
        #expect(api.requests.filter { $0.target == "/x" }.count == 3)
        #expect(api.requests.filter { $0.target == "/y" }.count == 1)
    }

    @Test func givesUpAfterItsTries() async throws {
        let api = FakeBeaconAPI()
        api.answer("GET /x", .json(["message": "busy"], status: 503))
        try await api.serve { url in
            await #expect(throws: RemoteBeaconNodeError.refused(path: "/x", status: 503, message: "busy")) {
                try await client(url, tries: 2).send(.get("/x"))
            }
        }
        #expect(api.requests.count == 2)
    }

    @Test func limitsTimeAndSize() async throws {
        let api = FakeBeaconAPI()
        api.answer("GET /slow", FakeBeaconAPI.Answer(delay: 20))
        api.answer("GET /long", FakeBeaconAPI.Answer(body: [UInt8](repeating: 48, count: 5000)))
        try await api.serve { url in
            await #expect(throws: RemoteBeaconNodeError.timedOut("/slow", seconds: 0.2)) {
                try await client(url, tries: 1, timeout: 0.2).send(.get("/slow"))
            }
            let request = RESTRequest(method: .get, path: "/long", limit: 4096)
            await #expect(throws: RemoteBeaconNodeError.tooLong(path: "/long", limit: 4096)) {
                try await client(url).send(request)
            }
        }
    }

    @Test func anAbsentNodeIsNamed() async throws {
        // Port 1 of this machine: nothing listens there.
        let error = await #expect(throws: RemoteBeaconNodeError.self) {
            try await client("http://me:secret@127.0.0.1:1", tries: 2).send(.get("/x"))
        }
        let text = try #require(error).description
        #expect(text.contains("http://127.0.0.1:1") && !text.contains("secret"))
    }

    @Test(arguments: ["", "127.0.0.1:3500", "ftp://host", "http://", "http://host?x=1", "http://host#x", "http://ho st"])
    func refusesAddresses(_ text: String) {
        #expect(throws: RemoteBeaconNodeError.invalidURL(text)) { try RESTEndpoint(text) }
    }

    @Test(arguments: [
        "nothing", "{", "[]", "{}", #"{"data":{}}"#, #"{"data":[{}]}"#, #"{"data":[{"pubkey":"0x00","validator_index":"1","slot":"1"}]}"#,
        #"{"data":[{"pubkey":"KEY","validator_index":1,"slot":"1"}]}"#, #"{"data":[{"pubkey":"KEY","validator_index":"-1","slot":"1"}]}"#,
        #"{"data":[{"pubkey":"KEY","validator_index":"18446744073709551616","slot":"1"}]}"#,
    ])
    func malformedAnswersAreErrors(_ text: String) async throws {
        let key = BLSPubkey().hex
        let api = FakeBeaconAPI()
        api.answer("GET /eth/v1/validator/duties/proposer/1", FakeBeaconAPI.Answer(body: Array(text.replacing("KEY", with: key).utf8)))
        try await api.serve { url in
            let node = try await RemoteBeaconNode(url: url, now: { 1060 }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let error = await #expect(throws: RemoteBeaconNodeError.self) { try await node.proposerDuties(epoch: 1) }
            guard case .malformed? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(
        arguments: [
            // More absent than active, an absent one without a time, a time without an absent one, numbers that are none.
            ("9", "8", "1", "3"), ("4", "8", "1", nil), ("0", "8", "0", "3"), ("-1", "8", "1", "3"), ("4", "8", "x", "3"),
        ] as [(String, String, String, String?)])
    func absentStakeThatCannotBe(_ absent: String, _ active: String, _ validators: String, _ since: String?) async throws {
        let api = FakeBeaconAPI()
        api.answer(
            "GET /polai/v1/absent_stake",
            .data([
                "absent_gwei": .string(absent), "active_gwei": .string(active), "absent_validators": .string(validators),
                "active_validators": "2", "indices": ["1"], "since_epoch": since.map { .string($0) } ?? .null,
            ]))
        try await api.serve { url in
            let node = try await RemoteBeaconNode(url: url, now: { 1060 }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let error = await #expect(throws: RemoteBeaconNodeError.self) { try await node.absentStake() }
            guard case .malformed? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
