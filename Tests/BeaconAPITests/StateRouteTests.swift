import BeaconTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Primitives
import SSZ
import Testing

@Suite("Beacon REST: states and validators")
struct StateRouteTests {
    static let states = "/eth/v1/beacon/states"
    static let statuses = [
        "pending_initialized", "pending_queued", "active_ongoing", "active_exiting", "active_slashed", "exited_unslashed", "exited_slashed",
        "withdrawal_possible", "withdrawal_done", "active_ongoing",
    ]
    let client = BeaconClient()

    @Test("Root, fork and finality")
    func basics() async throws {
        #expect(
            try await client.json("\(Self.states)/head/root") == [
                "execution_optimistic": false, "finalized": false, "data": ["root": .string(FixtureBeaconChain.stateRoot(5).hex)],
            ])
        #expect(try await client.json("\(Self.states)/finalized/root")["finalized"] == true)
        #expect(
            try await client.data("\(Self.states)/head/fork") == [
                "previous_version": "0x00000000", "current_version": "0x00000000", "epoch": "0",
            ])
        #expect(
            try await client.data("\(Self.states)/head/finality_checkpoints") == [
                "previous_justified": ["epoch": "0", "root": .string(Root.zero.hex)],
                "current_justified": ["epoch": "4", "root": .string(FixtureBeaconChain.root(4).hex)],
                "finalized": ["epoch": "2", "root": .string(FixtureBeaconChain.root(2).hex)],
            ])
    }

    @Test("RANDAO mixes of known epochs")
    func randao() async throws {
        #expect(try await client.data("\(Self.states)/head/randao") == ["randao": .string(Root.filled(5).hex)])
        #expect(try await client.data("\(Self.states)/head/randao?epoch=2") == ["randao": .string(Root.filled(2).hex)])
        #expect(try await client.send("\(Self.states)/head/randao?epoch=6").status == .badRequest)
    }

    @Test("Every stage of a validator's life")
    func statuses() async throws {
        let validators = try #require(try await client.data("\(Self.states)/head/validators").array)
        #expect(validators.map { $0["status"]?.string } == Self.statuses)
        #expect(validators[2]["balance"] == "32000000000" && validators[2]["index"] == "2")
        #expect(validators[2]["validator"]?["pubkey"] == .string(FixtureBeaconChain.publicKey(2).hex))
        #expect(validators[2]["validator"]?["exit_epoch"] == "18446744073709551615" && validators[4]["validator"]?["slashed"] == true)
    }

    @Test(
        "Filters by id and status, by GET and POST alike",
        arguments: [
            ("?id=2", #"{"ids":["2"]}"#, [2]), ("?id=2,9&id=4", #"{"ids":["2","9","4"]}"#, [2, 4, 9]),
            ("?id=\(FixtureBeaconChain.publicKey(3).hex)", #"{"ids":["\#(FixtureBeaconChain.publicKey(3).hex)"]}"#, [3]),
            ("?id=77", #"{"ids":["77"]}"#, []), ("?status=active", #"{"statuses":["active"]}"#, [2, 3, 4, 9]),
            ("?status=active_ongoing,withdrawal", #"{"statuses":["active_ongoing","withdrawal"],"ids":null}"#, [2, 7, 8, 9]),
            ("?id=2&id=5&status=exited", #"{"ids":["2","5"],"statuses":["exited"]}"#, [5]),
            ("", #"{"ids":[],"statuses":[]}"#, Array(0..<10)), ("", "{}", Array(0..<10)),
        ] as [(String, String, [Int])])
    func filters(query: String, body: String, indices: [Int]) async throws {
        let expected = indices.map { JSONValue.string(String($0)) }
        let got = try await client.data("\(Self.states)/head/validators\(query)").array?.compactMap { $0["index"] }
        let posted = try await client.data("\(Self.states)/head/validators", post: body).array?.compactMap { $0["index"] }
        #expect(got == expected && posted == expected)
    }

    @Test("One validator")
    func one() async throws {
        let byIndex = try await client.data("\(Self.states)/head/validators/4")
        #expect(byIndex["status"] == "active_slashed")
        #expect(try await client.data("\(Self.states)/head/validators/\(FixtureBeaconChain.publicKey(4).hex)") == byIndex)
    }

    @Test("Balances, as JSON and SSZ")
    func balances() async throws {
        let path = "\(Self.states)/head/validator_balances"
        #expect(
            try await client.data("\(path)?id=2&id=4") == [["index": "2", "balance": "32000000000"], ["index": "4", "balance": "31"]])
        #expect(try await client.data(path, post: #"["4"]"#) == [["index": "4", "balance": "31"]])
        #expect(try await client.data(path, post: "[]").array?.count == 10)
        #expect(try await client.data(path, post: "").array?.count == 10)
        let ssz = try await client.send("\(path)?id=4", accept: "application/octet-stream")
        #expect(Array(ssz.body.readableBytesView) == [4, 0, 0, 0, 0, 0, 0, 0, 31, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("A slot's committee is all active validators, once each")
    func committees() async throws {
        let committees = try #require(try await client.data("\(Self.states)/head/committees").array)
        #expect(committees.count == 1)
        #expect(committees[0]["index"] == "0" && committees[0]["slot"] == "5")
        let members = committees[0]["validators"]?.array?.compactMap { $0.string.flatMap { Int($0) } }
        #expect(members?.sorted() == [2, 3, 4, 9])
        let next = try await client.data("\(Self.states)/head/committees?epoch=6&slot=6&index=0").array
        #expect(next?.first?["slot"] == "6")
    }

    @Test("The whole state, as JSON and SSZ")
    func debugState() async throws {
        let path = "/eth/v2/debug/beacon/states/head"
        let answer = try await client.json(path)
        #expect(answer["version"] == "electra" && answer["data"]?["slot"] == "5" && answer["data"]?["learning"]?["update_count"] == "12")
        let ssz = try await client.send(path, accept: "application/octet-stream")
        #expect(try BeaconState(deserializing: Array(ssz.body.readableBytesView), BeaconSpec.pol) == FixtureBeaconChain.state)
    }

    @Test("The learning state")
    func learning() async throws {
        let data = try await client.data("/polai/v1/learning/head")
        #expect(data["update_count"] == "12" && data["adapter_root"] == .string(Root.filled(0xad).hex))
        let ssz = try await client.send("/polai/v1/learning/head", accept: "application/octet-stream")
        #expect(try LearningState(deserializing: Array(ssz.body.readableBytesView), BeaconSpec.pol) == FixtureBeaconChain.state.learning)
    }

    @Test(
        "Bad requests",
        arguments: [
            ("/current/root", 400), ("/7/root", 404), ("/0x12/fork", 400), ("/\(Root.filled(0x77).hex)/validators", 404),
            ("/head/validators?id=x", 400), ("/head/validators?id=-1", 400), ("/head/validators?id=0x1234", 400),
            ("/head/validators?status=asleep", 400), ("/head/validators?id=\((0..<65).map(String.init).joined(separator: ","))", 414),
            ("/head/validators/77", 404), ("/head/validators/x", 400), ("/head/validator_balances?id=x", 400),
            ("/head/randao?epoch=-1", 400),
            ("/head/randao?epoch=x", 400), ("/head/committees?epoch=7", 400), ("/head/committees?epoch=18446744073709551615", 400),
            ("/head/committees?slot=18446744073709551615", 400), ("/head/committees?epoch=5&slot=6", 400),
            ("/head/committees?index=1", 400),
            ("/head/committees?index=-1", 400),
        ])
    func badRequests(path: String, code: Int) async throws {
        let response = try await client.send(Self.states + path)
        #expect(response.status.code == code, "\(String(buffer: response.body))")
        let error = try JSONValue(parsing: response.body.readableBytesView)
        #expect(error["code"]?.uint64 == UInt64(code) && error["message"]?.string?.isEmpty == false)
    }

    @Test(
        "Bad bodies",
        arguments: [
            ("{", "application/json", 400), ("[]", "application/json", 400), ("null", "application/json", 400),
            (#"{"ids":"2"}"#, "application/json", 400), (#"{"ids":[2]}"#, "application/json", 400),
            (#"{"ids":["x"]}"#, "application/json", 400),
            (#"{"statuses":["asleep"]}"#, "application/json", 400), ("{}", "text/plain", 415), ("{}", nil, 415),
            (String(repeating: " ", count: 1_100_000), "application/json", 413),
            (String(repeating: "[", count: 5000), "application/json", 400),
        ] as [(String, String?, Int)])
    func badBodies(body: String, type: String?, code: Int) async throws {
        let response = try await client.send("\(Self.states)/head/validators", post: body, type: type)
        #expect(response.status.code == code)
        #expect(try JSONValue(parsing: response.body.readableBytesView)["code"]?.uint64 == UInt64(code))
    }
}
