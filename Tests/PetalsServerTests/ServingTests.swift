import HivemindAveraging
import HivemindDHT
import HivemindRPC
import HivemindWire
import LibP2P
import Logging
import Multiformats
import NIOPosix
import PeerIdentity
import Synchronization
import Testing
import TinyModels

@testable import PetalsServer
@testable import PetalsWire
@testable import Transformer

@Suite("A Petals server over loopback")
struct ServingTests {
    static let width = 72
    static let patience: Duration = .seconds(100)

    /// A server, a client's host, and the blocks run beside them.
    struct Swarm {
        let server: PetalsServer
        let client: Host
        let pass: BlockPass
        let tiny: TinyModel

        var peer: PeerID { server.node.host.peerID }

        func ask(_ call: String, _ request: ExpertRequest) async throws -> [SerialisedTensor] {
            try ExpertResponse(bytes: try await UnaryCalls.ask(client, peer, call, request.bytes, patience: patience)).tensors
        }

        func session() async throws -> StreamCall {
            try await StreamCall(client, peer, PetalsCall.inference, limit: 1 << 24, patience: patience)
        }
    }

    /// Runs `body` with a server of both layers of a tiny model.
    static func served(
        change: (inout PetalsSetting) -> Void = { _ in }, _ body: (Swarm) async throws -> Void
    ) async throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context, part: .blocks(0..<2))
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let hosts = try (1...2).map { seed in
            Host(
                identity: try PeerKeyPair(seed: [UInt8](repeating: UInt8(seed), count: 32)), group: MultiThreadedEventLoopGroup.singleton,
                logger: logger)
        }
        let node = HivemindNode(host: hosts[0], setting: HivemindSetting().patient(patience), now: { 1000 }, logger: logger)
        node.serve()
        let worker = BlockWorker(model: model, context: context)
        try worker.set(try tiny.adapter(), named: "polai-head")
        var setting = PetalsSetting(prefix: "tiny-hf", blocks: 0..<2)
        (setting.maximumTokens, setting.maximumBatch, setting.maximumLength) = (64, 4, 32)
        (setting.cacheTokens, setting.cacheTokensPerClient) = (200, 100)
        change(&setting)
        let server = PetalsServer(node: node, worker: worker, setting: setting, logger: logger)
        server.serve()
        let pass = BlockPass(model: model, context: context)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for host in hosts { tasks.addTask { await host.run() } }
            defer { tasks.cancelAll() }
            let address = try await hosts[0].listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            try await hosts[1].connect(to: hosts[0].peerID, at: [address])
            try await body(Swarm(server: server, client: hosts[1], pass: pass, tiny: tiny))
        }
    }

    /// Numbers that differ, of about the size of a residual stream's.
    static func states(batch: Int = 1, length: Int, seed: Int = 1) throws -> HiddenStates {
        let values: [Float] = (0..<batch * length * width).map { (index: Int) -> Float in
            let place: Int = (index * 37 + seed * 11) % 101
            return Float(place - 50) / 50
        }
        return try HiddenStates(values, batch: batch, length: length, width: width)
    }

    /// The tensors of a session's next answer; none where it has ended.
    static func answer(_ session: inout StreamCall) async throws -> [SerialisedTensor] {
        guard let message = try await session.next() else { return [] }
        return try ExpertResponse(bytes: message).tensors
    }

    static func tensor(_ states: HiddenStates) throws -> SerialisedTensor { try states.serialised(.none) }

    static func request(_ tensors: [SerialisedTensor], uid: String = "tiny-hf.0 tiny-hf.1", say: (inout RequestMetadata) -> Void = { _ in })
        -> ExpertRequest
    {
        var metadata = RequestMetadata()
        metadata.setArguments(count: tensors.count)
        say(&metadata)
        return ExpertRequest(uid: uid, tensors: tensors, metadata: metadata.bytes)
    }

    static func step(_ states: HiddenStates, _ name: String, length: Int? = nil, sources: [Int64]? = nil, session: String? = "session")
        throws -> ExpertRequest
    {
        let places = sources.map { SerialisedTensor(integers: $0) } ?? .absent(type: "int64")
        return request([try tensor(states), .absent(), places]) { metadata in
            (metadata.step, metadata.session, metadata.maximumLength) = (name, session, length)
        }
    }

    @Test("forward and back, whole and in parts, with an adapter and without", .timeLimit(.minutes(2)))
    func passes() async throws {
        try await Self.served { swarm in
            let states = try Self.states(batch: 2, length: 5)
            let gradient = try Self.states(batch: 2, length: 5, seed: 3)
            let adapter = try swarm.pass.model.prepare(try swarm.tiny.adapter())
            for named in [false, true] {
                let used = named ? adapter : nil
                let say = { (metadata: inout RequestMetadata) in if named { metadata.adapter = "polai-head" } }
                let forward = Self.request([try Self.tensor(states), .absent()], say: say)
                let expected = try swarm.pass.forward(states, layers: 0..<2, adapter: used)
                #expect(try await swarm.ask(PetalsCall.forward, forward) == [try Self.tensor(expected)])
                #expect(try await Self.streamed(PetalsCall.forwardStream, forward, swarm) == [try Self.tensor(expected)])
                let backward = Self.request([try Self.tensor(states), try Self.tensor(gradient), .absent()], say: say)
                let (input, _) = try await swarm.server.worker.backward(states, gradient, blocks: 0..<2, adapter: used, prompts: nil)
                #expect(try await swarm.ask(PetalsCall.backward, backward) == [try Self.tensor(input)])
                #expect(try await Self.streamed(PetalsCall.backwardStream, backward, swarm) == [try Self.tensor(input)])
            }
            let half = Self.request([try Self.tensor(states)], uid: "tiny-hf.1") { $0.setOutputCompression([.float16]) }
            let expected = try swarm.pass.forward(states, layers: 1..<2)
            #expect(try await swarm.ask(PetalsCall.forward, half) == [try expected.serialised(.float16)])
        }
    }

    /// Prompts are added before each layer, and their gradient is told.
    @Test("prompts", .timeLimit(.minutes(2)))
    func prompts() async throws {
        try await Self.served { swarm in
            let states = try Self.states(length: 4)
            let layers = try (5...6).map { try Self.states(length: 2, seed: $0) }
            let prompts = try DeepPrompts(layers)
            let tensor = try SerialisedTensor(layers.flatMap(\.values), shape: [2, 1, 2, Self.width])
            let expected = try swarm.pass.forward(states, layers: 0..<2, prompts: prompts)
            #expect(expected != (try swarm.pass.forward(states, layers: 0..<2)))
            #expect(
                try await swarm.ask(PetalsCall.forward, Self.request([try Self.tensor(states), tensor])) == [try Self.tensor(expected)])
            let answer = try await swarm.ask(
                PetalsCall.backward, Self.request([try Self.tensor(states), try Self.tensor(states), tensor]))
            #expect(answer.map(\.shape) == [[1, 4, Self.width], [2, 1, 2, Self.width]])
            // What is added to the first layer's input has the input's gradient.
            #expect(try answer[1].numbers().prefix(2 * Self.width) == answer[0].numbers().prefix(2 * Self.width))
        }
    }

    static func streamed(_ call: String, _ request: ExpertRequest, _ swarm: Swarm) async throws -> [SerialisedTensor] {
        var stream = try await StreamCall(swarm.client, swarm.peer, call, limit: 1 << 20, patience: patience)
        for part in request.tensors.flatMap({ $0.parts(of: 100) }) {
            try await stream.send(ExpertRequest(uid: request.uid, tensors: [part], metadata: request.metadata).bytes)
        }
        try await stream.end()
        var gathering = TensorGathering(limit: 1 << 20)
        while let message = try await stream.next() { for part in try ExpertResponse(bytes: message).tensors { try gathering.add(part) } }
        return gathering.tensors
    }

    @Test("a session's steps give the bits of one pass; its end gives its memory back", .timeLimit(.minutes(2)))
    func session() async throws {
        try await Self.served { swarm in
            let states = try Self.states(batch: 2, length: 6)
            let expected = try swarm.pass.forward(states, layers: 0..<2)
            var session = try await swarm.session()
            var values: [[Float]] = [[], []]
            for (number, tokens) in [0..<3, 3..<4, 4..<6].enumerated() {
                let part = states.part(tokens)
                let step = try Self.step(part, "step \(number)", length: number == 0 ? 8 : nil)
                try await session.send(step.bytes)
                // The same step again, as a client sends it that was overtaken by a push, counts once.
                if number == 1 { try await session.send(step.bytes) }
                let answers = try await Self.answer(&session)
                let answer = try #require(answers.first)
                #expect(answer.shape == [2, tokens.count, Self.width])
                let numbers = try answer.numbers()
                let size = tokens.count * Self.width
                for sequence in 0..<2 { values[sequence] += numbers[sequence * size..<(sequence + 1) * size] }
                if number == 0 {
                    #expect(swarm.server.cache.left == 400 - 2 * 8 * 2 && swarm.server.sessionCount == 1)
                }
            }
            #expect(values.flatMap { $0 } == expected.values)
            try await session.send(ExpertRequest().bytes)
            try await session.end()
            let last = try await session.next()
            #expect(last == nil)
            while swarm.server.cache.left != 400 || swarm.server.sessionCount != 0 { await Task.yield() }
        }
    }

    @Test("sequences that go on from one another, and a step without tokens", .timeLimit(.minutes(2)))
    func hypotheses() async throws {
        try await Self.served { swarm in
            let (start, next) = (try Self.states(batch: 2, length: 3), try Self.states(batch: 2, length: 1, seed: 9))
            let cache = BlockCache(model: swarm.pass.model, layers: 0..<2, batch: 2, capacity: 4)
            _ = try swarm.pass.advance(cache, by: start)
            try cache.reorder([1, 1])
            let expected = try swarm.pass.advance(cache, by: next)
            var session = try await swarm.session()
            let nothing = try HiddenStates([], batch: 2, length: 0, width: Self.width)
            for (number, states) in [nothing, start, next].enumerated() {
                let request = try Self.step(states, "\(number)", length: 4, sources: number == 2 ? [1, 1] : nil)
                try await session.send(request.bytes)
                let answer = try await Self.answer(&session)
                if number == 0 { #expect(answer == [try Self.tensor(nothing)]) }
                if number == 2 { #expect(answer == [try Self.tensor(expected)]) }
            }
        }
    }

    @Test("a step that the server before pushes is answered to the client, and once", .timeLimit(.minutes(2)))
    func pushes() async throws {
        try await Self.served { swarm in
            var session = try await swarm.session()
            try await session.send(try Self.step(try Self.states(length: 2), "a", length: 8).bytes)
            let first = try await Self.answer(&session)
            #expect(first.count == 1)
            // No session has this name; whoever pushes to it hears nothing of that.
            let astray = try Self.step(try Self.states(length: 1), "b", session: "other")
            #expect(try await swarm.ask(PetalsCall.push, astray).isEmpty)
            let pushed = try Self.step(try Self.states(length: 1, seed: 2), "b")
            #expect(try await swarm.ask(PetalsCall.push, pushed).isEmpty)
            let answer = try await Self.answer(&session)
            let cache = BlockCache(model: swarm.pass.model, layers: 0..<2, batch: 1, capacity: 8)
            _ = try swarm.pass.advance(cache, by: try Self.states(length: 2))
            let expected = try swarm.pass.advance(cache, by: try Self.states(length: 1, seed: 2))
            #expect(answer == [try Self.tensor(expected)])
            // The client sends it too, and then the next.
            try await session.send(pushed.bytes)
            try await session.send(try Self.step(try Self.states(length: 1, seed: 4), "c").bytes)
            let last = try await Self.answer(&session)
            let after = try swarm.pass.advance(cache, by: try Self.states(length: 1, seed: 4))
            #expect(last == [try Self.tensor(after)])
        }
    }

    @Test("what it says of itself, in the DHT and when asked", .timeLimit(.minutes(2)))
    func announcements() async throws {
        try await Self.served { swarm in
            let asked = try await UnaryCalls.ask(
                swarm.client, swarm.peer, PetalsCall.info, ExpertUID("tiny-hf.1").bytes, patience: Self.patience)
            let info = try BlockInfo(bytes: ExpertInfo(bytes: asked).serialised)
            #expect(info == BlockInfo(version: PetalsServer.version, cacheTokensAvailable: 400, schema: .init(width: Self.width)))
            let bare = try await UnaryCalls.ask(swarm.client, swarm.peer, PetalsCall.info, [], patience: Self.patience)
            #expect(try BlockInfo(bytes: ExpertInfo(bytes: bare).serialised).schema == nil)
            await #expect(throws: HivemindError.self) {
                try await UnaryCalls.ask(swarm.client, swarm.peer, PetalsCall.info, ExpertUID("tiny-hf.2").bytes, patience: Self.patience)
            }
            swarm.server.rates.withLock { $0 = BlockWorker.Rates(forward: 300, inference: 50) }
            #expect(await swarm.server.declare(.online) == 3)
            for block in 0..<2 {
                guard case .dictionary(let servers)? = await swarm.server.node.get(DHTID(key: "tiny-hf.\(block)")) else {
                    Issue.record("nothing under tiny-hf.\(block)")
                    continue
                }
                let bytes = try #require(servers[try Subkey("\(swarm.peer)")])
                var expected = ServerInfo(state: .online, throughput: 200, blocks: 0..<2)
                (expected.version, expected.adapters, expected.tensorType) = (PetalsServer.version, ["polai-head"], "float32")
                (expected.forwardRate, expected.inferenceRate, expected.quantisation) = (300, 50, "none")
                (expected.usesRelay, expected.cacheTokensLeft, expected.nextPings) = (false, 800, [:])
                #expect(try ServerInfo(bytes: bytes) == expected)
            }
            guard case .dictionary(let models)? = await swarm.server.node.get(DHTID(key: SwarmModel.key)) else {
                Issue.record("no model is told of")
                return
            }
            #expect(try SwarmModel(bytes: try #require(models[try Subkey("tiny-hf")])) == SwarmModel(blockCount: 2))
        }
    }

    /// In a swarm of its own: the clock stands still, so that what was said before would stay.
    @Test("a server that leaves says so under each block, and tells of no model", .timeLimit(.minutes(2)))
    func leave() async throws {
        try await Self.served { swarm in
            await swarm.server.takeLeave()
            for block in 0..<2 {
                guard case .dictionary(let servers)? = await swarm.server.node.get(DHTID(key: "tiny-hf.\(block)")) else {
                    Issue.record("nothing under tiny-hf.\(block)")
                    continue
                }
                let bytes = try #require(servers[try Subkey("\(swarm.peer)")])
                let info = try ServerInfo(bytes: bytes)
                #expect(info.state == .offline && info.nextPings == nil)
            }
            let models = await swarm.server.node.get(DHTID(key: SwarmModel.key))
            #expect(models == nil)
        }
    }

    // MARK: Bad input

    @Test("requests that cannot be served are told why, and nothing else happens", .timeLimit(.minutes(2)))
    func badRequests() async throws {
        try await Self.served { swarm in
            let good = try Self.tensor(try Self.states(length: 2))
            let wide = try SerialisedTensor([Float](repeating: 0, count: 6), shape: [1, 2, 3])
            let flat = try SerialisedTensor([Float](repeating: 0, count: 72), shape: [1, 72])
            let none = try SerialisedTensor([Float](repeating: .nan, count: 72), shape: [1, 1, 72])
            let long = try Self.tensor(try Self.states(length: 65))
            let many = try Self.tensor(try Self.states(batch: 5, length: 1))
            var short = good
            short.buffer.removeLast()
            var text = good
            text.type = "text"
            let prompt = try SerialisedTensor([Float](repeating: 0, count: 72), shape: [1, 1, 1, 72])
            let bad: [(String, [SerialisedTensor], String)] = [
                ("tiny-hf.2", [good], "are not served here"), ("other.0", [good], "are not served here"), ("x", [good], "no block's name"),
                ("", [good], "no block's name"), ("tiny-hf.0 tiny-hf.1", [], "are missing"), ("tiny-hf.0", [wide], "have the shape"),
                ("tiny-hf.0", [flat], "have the shape"), ("tiny-hf.0", [none], "NaN"), ("tiny-hf.0", [long], "at most 64"),
                ("tiny-hf.0", [many], "at most 4"), ("tiny-hf.0", [short], "buffer"), ("tiny-hf.0", [text], "are not read"),
                ("tiny-hf.0 tiny-hf.1", [good, prompt], "prompts have the shape"),
                ("tiny-hf.0", [good, try Self.tensor(try Self.states(length: 2))], "prompts"),
            ]
            for (uid, tensors, reason) in bad {
                await Self.refused(reason) { try await swarm.ask(PetalsCall.forward, Self.request(tensors, uid: uid)) }
                // A stream of no parts is no request.
                let reason = tensors.isEmpty ? "begins with no request" : reason
                await Self.refused(reason) { try await Self.streamed(PetalsCall.forwardStream, Self.request(tensors, uid: uid), swarm) }
            }
            for tensors in [[good], [good, try Self.tensor(try Self.states(length: 1))], [good, none]] {
                await Self.refused("") { try await swarm.ask(PetalsCall.backward, Self.request(tensors)) }
            }
            await Self.refused("is not here") { try await swarm.ask(PetalsCall.forward, Self.request([good]) { $0.adapter = "none" }) }
            await Self.refused("output_compression") {
                try await swarm.ask(PetalsCall.forward, Self.request([good]) { $0.setOutputCompression([.none, .none]) })
            }
            await Self.refused("") {
                try await swarm.ask(PetalsCall.forward, ExpertRequest(uid: "tiny-hf.0", tensors: [good], metadata: [0xc1]))
            }
            await Self.refused("names no session") { try await swarm.ask(PetalsCall.push, Self.request([good])) }
            // It serves on.
            #expect(try await swarm.ask(PetalsCall.forward, Self.request([good])).count == 1)
        }
    }

    /// Runs `body` while a session is open.
    static func holding(_ first: ExpertRequest, _ swarm: Swarm, _ body: () async throws -> Void) async throws {
        var session = try await swarm.session()
        try await session.send(first.bytes)
        let answer = try await Self.answer(&session)
        #expect(answer.count == 1)
        try await body()
    }

    static func refused(_ reason: String, _ body: () async throws -> [SerialisedTensor]) async {
        do {
            _ = try await body()
            Issue.record("nothing was refused where '\(reason)' was expected")
        } catch HivemindError.remote(let message) {
            #expect(reason.isEmpty || message.contains(reason))
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test("sessions that cannot be are told why, and hold no memory", .timeLimit(.minutes(2)))
    func badSessions() async throws {
        try await Self.served { swarm in
            let states = try Self.states(length: 2)
            func opened(_ requests: [ExpertRequest]) async throws -> [SerialisedTensor] {
                var session = try await swarm.session()
                var tensors: [SerialisedTensor] = []
                for request in requests {
                    try await session.send(request.bytes)
                    tensors += try await Self.answer(&session)
                }
                return tensors
            }
            let first = try Self.step(states, "a", length: 4)
            await Self.refused("begins with no request") { try await opened([ExpertRequest()]) }
            await Self.refused("max_length") { try await opened([try Self.step(states, "a")]) }
            await Self.refused("max_length") { try await opened([try Self.step(states, "a", length: 33)]) }
            await Self.refused("max_length") { try await opened([try Self.step(states, "a", length: -1)]) }
            await Self.refused("no room") { try await opened([try Self.step(try Self.states(batch: 4, length: 1), "a", length: 32)]) }
            await Self.refused("at most 4") { try await opened([first, try Self.step(try Self.states(length: 3), "b")]) }
            await Self.refused("in a session of 1") { try await opened([first, try Self.step(try Self.states(batch: 2, length: 1), "b")]) }
            await Self.refused("places for") { try await opened([first, try Self.step(try Self.states(length: 1), "b", sources: [1])]) }
            await Self.refused("are not served here") {
                try await opened([Self.request([try Self.tensor(states)], uid: "tiny-hf.1 tiny-hf.2")])
            }
            try await Self.holding(first, swarm) {
                await Self.refused("of this name is open") { try await opened([first]) }
            }
            // Its client went away without a word.
            while swarm.server.cache.left != 400 || swarm.server.sessionCount != 0 { await Task.yield() }
        }
    }
}

extension HiddenStates {
    /// Some tokens of each sequence.
    func part(_ tokens: Range<Int>) -> HiddenStates {
        let values: [Float] = (0..<batch).flatMap { (sequence: Int) -> ArraySlice<Float> in
            let (first, end) = (sequence * length + tokens.lowerBound, sequence * length + tokens.upperBound)
            return self.values[first * width..<end * width]
        }
        return HiddenStates(unchecked: values, batch: batch, length: tokens.count, width: width)
    }
}
