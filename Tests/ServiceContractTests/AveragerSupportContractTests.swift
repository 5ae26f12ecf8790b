import AIEngineAPI
import AckQuorum
import BeaconTypes
import EngineWire
import HTTPDoor
import LoRA
import ModelFiles
import Primitives
import RemoteAIEngine
import SSZ
import ServiceInterfaces
import TestChains
import TestNetwork
import Testing
import UpdateLife

/// ``AveragerSupport``: what an averager asks of an AI engine.
@Suite("Contract: an AI engine for its averager", .timeLimit(.minutes(1)))
struct AveragerSupportContractTests {
    /// The in-process side: a gate that counts, adapters and a book in memory.
    actor Desk: AdapterSource, CandidateFeed, LossEvaluator, UpdateNotes {
        nonisolated let baseModelRoot = Hash32.filled(1)
        nonisolated let layout = LoRALayout(
            model: ModelConfiguration(
                architecture: .llama, vocabularySize: 10, hiddenSize: 8, intermediateSize: 12, layerCount: 1, headCount: 2,
                keyValueHeadCount: 1, headDimension: 4, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
                attentionBias: false, contextLength: 8))
        private let ledger = MemoryLedger()
        private var adapters: [Hash32: LoRAAdapter] = [:]
        private var backed = Broadcast<UpdateCandidate>()
        private(set) var judgements: [AckStatement] = []
        struct Unfit: Error {}

        func evaluate(_ adapter: LoRAAdapter) throws -> LossEvaluation {
            guard adapter.root != LoRAAdapter.zero(layout).root else { throw Unfit() }
            return LossEvaluation(lossBits: (1.5 as Float).bitPattern, lossesRoot: adapter.root, tokens: 7, seconds: 0.25)
        }

        func adapter(_ root: Hash32) -> LoRAAdapter? { adapters[root] }
        func keep(_ adapter: LoRAAdapter) { adapters[adapter.root] = adapter }
        func backedCandidates() -> AsyncStream<UpdateCandidate> { backed.subscribe() }
        var readers: Int { backed.subscriberCount }
        func announce(_ candidate: UpdateCandidate) { backed.send(candidate) }
        func judged(_ statement: AckStatement) { judgements.append(statement) }
        func apply(_ event: UpdateEvent, to id: Hash32) async -> UpdateRecord { await ledger.apply(event, to: id) }
        func record(_ id: Hash32) async -> UpdateRecord? { await ledger.record(id) }
        func record(of id: Hash32) async -> UpdateRecord? { await ledger.record(of: id) }
        func latest(_ limit: Int) async -> [UpdateRecord] { await ledger.latest(limit) }
    }

    /// Nobody looks at the rest of the door here.
    private struct Unread: LearningReader, NodeObserver {
        func status() async -> AIEngineStatus {
            AIEngineStatus(
                model: "", baseModelRoot: Hash32.filled(1).hex, devTextsRoot: "", parameters: 0, baseLoss: nil, headAdapterRoot: "",
                headLoss: nil, finalizedAdapterRoot: "", updateCount: 0, gate: "idle", gateProgress: nil, trainer: nil)
        }
        func updates(limit: Int) async -> [UpdateSummary] { [] }
        func update(_ id: Hash32) async -> UpdateSummary? { nil }
        func updateFile(_ fileHash: Hash32) async -> [UInt8]? { nil }
        func adapter(root: Hash32?) async throws -> [UInt8]? { nil }
        func snapshot() async -> NodeSnapshot {
            NodeSnapshot(
                version: "", time: 0, genesisTime: 0, secondsPerSlot: 1, currentSlot: nil, headSlot: 0, headRoot: "", justifiedEpoch: 0,
                finalizedEpoch: 0, finalizedRoot: "", validators: 0, peers: 0, ai: nil, blocks: [], updates: [], lossCurve: [])
        }
        func snapshots() async -> AsyncStream<NodeSnapshot> { AsyncStream { $0.finish() } }
    }

    private struct Gateway: TrainerGateway {
        let desk: Desk
        func adapterBytes(root: Hash32) async throws -> [UInt8]? { await desk.adapter(root)?.bytes }
        func submit(_ file: [UInt8]) async throws -> Hash32 { .zero }
        func changes() async -> AsyncStream<Void> { AsyncStream { $0.finish() } }
    }

    private static let spec = BeaconSpec(preset: .pol, config: .pol, fork: .pol)

    private func with(
        _ side: EngineSide, token: String? = nil, _ body: @escaping @Sendable (Desk, any AveragerSupport) async throws -> Void
    ) async throws {
        let desk = Desk()
        guard side == .overHTTP else { return try await body(desk, desk) }
        let secret = JWTSecret.random()
        let check = BearerCheck { try EngineToken.check($0, secret, now: 1000) }
        let door = AIEngineDoor(
            learning: Unread(), observer: Unread(), gateway: Gateway(desk: desk),
            averager: .init(engine: desk, updates: desk, spec: Self.spec, check: check))
        try await door.served { url in
            let remote = try RemoteAIEngine(
                address: url, baseModelRoot: desk.baseModelRoot, layout: desk.layout, spec: Self.spec,
                token: { token ?? EngineToken.issue(secret, now: 1000) }, logger: quiet)
            if token == nil { #expect(try await remote.engineModelRoot() == desk.baseModelRoot) }
            try await body(desk, remote)
        }
    }

    @Test("Adapters are measured and kept; one that cannot be measured is an error", arguments: EngineSide.allCases)
    func gate(_ side: EngineSide) async throws {
        try await with(side) { desk, engine in
            let adapter = try LoRAAdapter(layout: desk.layout, bytes: [UInt8](repeating: 60, count: desk.layout.valueCount * 4))
            let found = try await engine.evaluate(adapter)
            #expect(found.loss == 1.5 && found.lossesRoot == adapter.root && found.tokens == 7 && found.seconds == 0.25)
            await #expect(throws: (any Error).self) { try await engine.evaluate(LoRAAdapter.zero(desk.layout)) }
            #expect(try await engine.adapter(adapter.root) == nil)
            try await engine.keep(adapter)
            #expect(try await engine.adapter(adapter.root)?.bytes == adapter.bytes)
        }
    }

    @Test("The book of updates is written and read", arguments: EngineSide.allCases)
    func notes(_ side: EngineSide) async throws {
        try await with(side) { desk, engine in
            let (file, candidate) = (Hash32.filled(4), Hash32.filled(5))
            #expect(await engine.record(file) == nil)
            #expect(await engine.latest(5).isEmpty)
            await engine.apply(.fetched(FileFacts(bytes: 9, codec: "int8", trainer: "t", parent: .filled(3))), to: file)
            let facts = CandidateFacts(
                slot: 7, parent: .filled(3), inputs: [file], considered: [ConsideredFile(id: file, isSelected: true, reason: nil)])
            await engine.apply(.proposed(facts, VoteSeats(members: 4, quorum: 2)), to: candidate)
            let judged = await engine.apply(
                .judged(Judgement(lossBefore: 5, lossAfter: 4, adapter: .filled(6), seconds: 2)), to: candidate)
            #expect(judged.judgement?.adapter == .filled(6))
            let truth = (candidate: await desk.record(candidate), file: await desk.record(file))
            #expect(judged == truth.candidate)
            #expect(await engine.record(file)?.id == truth.file?.id)
            #expect(await engine.record(of: file)?.id == file)
            let refused = Hash32.filled(8)
            await engine.apply(.refused(RefusedUpdate(.copy, "a copy", lossBefore: .nan)), to: refused)
            let (told, known) = (await engine.record(refused), await desk.record(refused))
            #expect(told == known && told?.refusal?.kind == .copy)
            let (latest, all) = (await engine.latest(9), await desk.latest(9))
            #expect(latest == all && latest.count >= 2)
        }
    }

    @Test("Candidates are told as they are backed, and what the gate found goes back", arguments: EngineSide.allCases)
    func candidates(_ side: EngineSide) async throws {
        try await with(side) { desk, engine in
            let candidate = UpdateCandidate(
                baseModelRoot: .filled(1), parentAdapterRoot: .filled(2), slot: 7, author: 3,
                inputs: [CandidateInput(fileHash: .filled(4), rewardAddress: .zero)], selected: Bitlist([true]))
            let stream = await engine.backedCandidates()
            while await desk.readers == 0 { try await Task.sleep(for: .milliseconds(5)) }
            await desk.announce(candidate)
            for await told in stream {
                #expect(told == candidate)
                break
            }
            let ack = UpdateAck(
                slot: 7, anchorRoot: .filled(1), updateId: .filled(2), author: 3, verdict: 1, adapterRoot: .filled(4), lossBefore: 5,
                lossAfter: 4)
            let statement = AckStatement(ack: ack, lossesRoot: .filled(9))
            await engine.judged(statement)
            #expect(await desk.judgements == [statement])
        }
    }

    @Test("Over the network nobody is answered who does not hold the node's secret")
    func strangers() async throws {
        try await with(.overHTTP, token: "none") { desk, engine in
            let adapter = try LoRAAdapter(layout: desk.layout, bytes: [UInt8](repeating: 60, count: desk.layout.valueCount * 4))
            let error = await #expect(throws: RemoteAIEngineError.self) { try await engine.evaluate(adapter) }
            guard case .refused(401, _)? = error else { Issue.record("\(String(describing: error))"); return }
            await #expect(throws: RemoteAIEngineError.self) { try await engine.keep(adapter) }
            #expect(await desk.adapter(adapter.root) == nil)
        }
    }
}
