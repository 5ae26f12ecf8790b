import BeaconTypes
import JSON
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import Testing

@testable import RemoteBeaconNode

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

private func connect(_ url: String) async throws -> RemoteBeaconNode {
    try await RemoteBeaconNode(url: url, now: { 1060 }, logger: quiet)
}

/// What the node is asked about ACK votes, and how its answers are read.
@Suite(.timeLimit(.minutes(1))) struct AckRequestTests {
    private let ack = UpdateAck(
        slot: 7, anchorRoot: SHA256.hash([1]), updateId: SHA256.hash([2]), author: 3, verdict: 1, adapterRoot: SHA256.hash([4]),
        lossBefore: 5, lossAfter: 4)

    private func request(_ changes: [JSONValue.Member] = []) -> JSONValue {
        let members: [JSONValue.Member] = [
            .init("id", "9"), .init("validator_index", "4"), .init("message", ack.json(BeaconSpec.pol)),
            .init("losses_root", .string(SHA256.hash([8]).hex)),
        ]
        return .object(members.filter { member in !changes.contains { $0.name == member.name } } + changes.filter { !$0.value.isNull })
    }

    @Test func subscribesAsksAndAnswers() async throws {
        let api = FakeBeaconAPI()
        api.answer("POST /polai/v1/validator/ack_subscriptions", FakeBeaconAPI.Answer())
        api.answer("GET /polai/v1/validator/ack_requests", .data([request()]), .data([]))
        api.answer("POST /polai/v1/pool/update_acks", FakeBeaconAPI.Answer())
        let vote = SignedUpdateAck(message: ack, validatorIndex: 4, signature: BLSSignature(), innerSignature: BLSSignature())
        try await api.serve { [ack] url in
            let node = try await connect(url)
            try await node.subscribe([4, 5])
            try await node.subscribe((0..<2049).map { $0 })
            #expect(
                try await node.requests(after: 8, patience: .seconds(5)) == [
                    AckRequest(id: 9, validator: 4, statement: AckStatement(ack: ack, lossesRoot: SHA256.hash([8])))
                ])
            #expect(try await node.requests(after: 9, patience: .seconds(5000)).isEmpty)
            try await node.submit([vote])
        }
        let sent = api.duties
        #expect(sent[0].body == #"["4","5"]"#)
        #expect(try sent[1...2].map { try JSONValue(parsing: $0.body).array?.count } == [2048, 1])
        #expect(sent[3].target == "/polai/v1/validator/ack_requests?after=8&wait=5")
        #expect(sent[4].target == "/polai/v1/validator/ack_requests?after=9&wait=10")
        #expect(try JSONValue(parsing: sent[5].body) == .array([vote.json(BeaconSpec.pol)]))
    }

    /// A node of another program has no such path; a node that answers nonsense gets no vote.
    @Test(
        arguments: [
            [.init("id", "-1")], [.init("validator_index", 4)], [.init("message", .null)], [.init("message", ["slot": "7"])],
            [.init("losses_root", .null)], [.init("losses_root", "0x00")],
        ] as [[JSONValue.Member]])
    func badAnswersAreErrors(_ changes: [JSONValue.Member]) async throws {
        let api = FakeBeaconAPI()
        let answer = request(changes)
        api.answer("GET /polai/v1/validator/ack_requests", .data([answer]))
        try await api.serve { url in
            let node = try await connect(url)
            await #expect(throws: RemoteBeaconNodeError.self) { try await node.requests(after: 0, patience: .zero) }
            await #expect(throws: RemoteBeaconNodeError.self) { try await node.subscribe([1]) }
        }
    }

    @Test func otherChainsHaveNoUpdates() async throws {
        let api = FakeBeaconAPI()
        api.answer(
            "GET /eth/v1/config/spec", .data(["PRESET_BASE": "minimal", "CONFIG_NAME": "other", "SECONDS_PER_SLOT": "6"]))
        try await api.serve { url in
            let node = try await connect(url)
            await #expect(throws: RemoteBeaconNodeError.self) { try await node.requests(after: 0, patience: .zero) }
            await #expect(throws: RemoteBeaconNodeError.self) { try await node.submit([]) }
        }
        #expect(api.duties.isEmpty)
    }
}
