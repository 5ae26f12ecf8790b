import BeaconAPI
import BeaconTypes
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Primitives
import SSZ
import ServiceInterfaces
import Testing

/// Takes even validators, hands out one request, and keeps what it is given.
private actor FakeAckRequests: AckRequestService {
    let request: AckRequest
    private(set) var subscribed: [ValidatorIndex] = []
    private(set) var votes: [SignedUpdateAck] = []
    private(set) var patience: [Duration] = []
    var isFull = false

    init(_ request: AckRequest) { self.request = request }

    func fill() { isFull = true }

    func subscribe(_ validators: [ValidatorIndex]) throws {
        try SubmissionRefused.collect(validators) { validator in
            guard validator % 2 == 0 else { throw SubmissionRefused("validator \(validator) is odd") }
            subscribed.append(validator)
        }
    }

    func requests(after id: UInt64, patience: Duration) throws -> [AckRequest] {
        if isFull { throw SubmissionRefused("too many") }
        self.patience.append(patience)
        return id < request.id ? [request] : []
    }

    func submit(_ votes: [SignedUpdateAck]) throws {
        if votes.count > 1 { throw SubmissionRefused([.init(index: 1, message: "not asked for")]) }
        self.votes += votes
    }
}

@Suite("Beacon REST: ACK votes of other processes")
struct AckRequestRouteTests {
    private let ack = UpdateAck(
        slot: 4, anchorRoot: .filled(1), updateId: .filled(2), author: 3, verdict: 1, adapterRoot: .filled(4), lossBefore: 5, lossAfter: 4)
    private let ackRequests: FakeAckRequests

    init() { ackRequests = FakeAckRequests(AckRequest(id: 7, validator: 3, statement: AckStatement(ack: ack, lossesRoot: .filled(6)))) }

    private func send(
        _ path: String, post body: [UInt8]? = nil, type: String = "application/json", origin: String? = nil, takesAckRequests: Bool = true
    ) async throws -> (status: Int, json: JSONValue?) {
        let router = BeaconDoor(chain: FixtureBeaconChain(), ackRequests: takesAckRequests ? ackRequests : nil).router()
        var headers: HTTPFields = [:]
        headers[.origin] = origin
        if let body {
            headers[.contentType] = type
            headers[.contentLength] = String(body.count)
        }
        let response = try await Application(router: router).test(.router) { [headers] client in
            try await client.executeRequest(
                uri: path, method: body == nil ? .get : .post, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
        }
        return (response.status.code, try? JSONValue(parsing: response.body.readableBytesView))
    }

    private static let subscriptions = "/polai/v1/validator/ack_subscriptions"
    private static let requests = "/polai/v1/validator/ack_requests"
    private static let acks = "/polai/v1/pool/update_acks"

    @Test("Validators are named; those that may not be are told by their place")
    func subscribes() async throws {
        #expect(try await send(Self.subscriptions, post: Array(#"["2","4"]"#.utf8)).status == 200)
        let refused = try await send(Self.subscriptions, post: Array(#"["6","7"]"#.utf8))
        #expect(refused.status == 400)
        #expect(refused.json?["failures"]?.array?.first?["message"]?.string?.contains("odd") == true)
        #expect(await ackRequests.subscribed == [2, 4, 6])
    }

    @Test("What is no list of validators is refused", arguments: ["", "{}", "[]", "[2]", #"["-1"]"#, #"["18446744073709551616"]"#, "[[]]"])
    func badSubscriptions(_ body: String) async throws {
        #expect(try await send(Self.subscriptions, post: Array(body.utf8)).status == 400)
        #expect(await ackRequests.subscribed.isEmpty)
    }

    @Test("Web pages may not name validators")
    func webPages() async throws {
        #expect(try await send(Self.subscriptions, post: Array(#"["2"]"#.utf8), origin: "http://example.org").status == 403)
        #expect(await ackRequests.subscribed.isEmpty)
    }

    @Test("Requests come as their messages")
    func requests() async throws {
        let answer = try await send("\(Self.requests)?after=6&wait=10")
        #expect(answer.status == 200)
        let request = try #require(answer.json?["data"]?.array?.first)
        #expect(request["id"] == "7" && request["validator_index"] == "3")
        #expect(try UpdateAck(json: request["message"] ?? .null, .pol) == ack)
        #expect(request["losses_root"]?.string == Hash32.filled(6).hex)
        #expect(try await send("\(Self.requests)?after=7").json?["data"] == [])
        #expect(await ackRequests.patience == [.seconds(10), .zero])
        for query in ["wait=11", "wait=-1", "after=x", "after=18446744073709551616"] {
            #expect(try await send("\(Self.requests)?\(query)").status == 400)
        }
        await ackRequests.fill()
        #expect(try await send(Self.requests).status == 503)
    }

    @Test("Votes come in as JSON and as SSZ")
    func votes() async throws {
        let vote = SignedUpdateAck(message: ack, validatorIndex: 3, signature: BLSSignature(), innerSignature: BLSSignature())
        let list = JSONValue.array([vote.json(BeaconSpec.pol)])
        #expect(try await send(Self.acks, post: list.utf8).status == 200)
        let bytes = [vote].serialize(.limit(2048, of: BeaconSpec.pol))
        #expect(try await send(Self.acks, post: bytes, type: "application/octet-stream").status == 200)
        #expect(await ackRequests.votes == [vote, vote])
        let refused = try await send(
            Self.acks, post: [vote, vote].serialize(.limit(2048, of: BeaconSpec.pol)), type: "application/octet-stream")
        #expect(refused.status == 400 && refused.json?["failures"]?.array?.first?["index"]?.uint64 == 1)
        // A byte too many, half a vote, one vote too many, and no vote at all.
        let many = [SignedUpdateAck](repeating: vote, count: 2049)
        for body in [bytes + [0], Array(bytes.dropLast(100)), many.serialize(.limit(2049, of: BeaconSpec.pol))] {
            #expect(try await send(Self.acks, post: body, type: "application/octet-stream").status == 400)
        }
        #expect(try await send(Self.acks, post: Array(#"[{"message":{}}]"#.utf8)).status == 400)
        #expect(await ackRequests.votes.count == 2)
    }

    @Test("A node that asks nobody has no such paths")
    func absent() async throws {
        #expect(try await send(Self.requests, takesAckRequests: false).status == 404)
        #expect(try await send(Self.subscriptions, post: Array(#"["2"]"#.utf8), takesAckRequests: false).status == 404)
    }
}
