import AckQuorum
import BeaconTypes
import ContentRouting
import Foundation
import KeyValueStore
import LearningStore
import LearningTask
import LoRA
import Logging
import LossGate
import ModelFiles
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import TestNetwork
import TestSupport
import Testing
import TinyModels
import Transformer
import UpdateCodec
import UpdateLedger
import UpdateLife

@testable import AIEngine

struct Bench {
    let layout: LoRALayout
    let routing = MemoryRouting()
    private let scratch = TemporaryFolder()
    let ledger: UpdateLedger
    let engine: AIEngine
    let database: KeyValueStore
    let store: LearningStore
    let key: PeerKeyPair
    let head: Hash32

    init(
        chain: FakeChain = FakeChain(), age: Double = 90_000, fill: Double = 0, folder: String? = nil, history: Int = 16,
        pools: GuardPools? = nil
    ) throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        layout = LoRALayout(model: tiny.configuration)
        key = try PeerKeyPair(seed: [UInt8](repeating: 4, count: 32))
        head = LoRAAdapter.zero(layout).root
        let gate = try CPULossBackend(model: model, texts: [[1, 2, 3, 4]], context: context)
        database = try KeyValueStore(directory: folder ?? scratch.path, tables: LearningStore.tables)
        store = LearningStore(database)
        ledger = UpdateLedger(store: store, logger: Logger(label: "test"))
        var setting = AIEngine.Setting(
            modelName: "tiny", baseModelRoot: TinyModel.root, devTextsRoot: .zero, parameterCount: 1, layout: layout)
        setting.adapterHistory = history
        setting.slices = pools.map { SliceSource(pools: $0) { $0.utf8.map { Int32($0) } } }
        engine = try AIEngine(
            setting: setting,
            gate: { gate }, quietGate: { gate },
            store: store, ledger: ledger, node: chain, routing: routing,
            files: FakeRetention(routing: routing, fill: fill, age: age),
            trainers: { [TrainerProgress(round: 1, step: 2, steps: 3, loss: 1, tokensPerSecond: nil, phase: "training")] },
            logger: Logger(label: "test"))
    }

    func update(parent: Hash32? = nil, base: Hash32 = TinyModel.root, signer: PeerKeyPair? = nil, value: Float = 0.01) throws -> [UInt8] {
        let metadata = UpdateMetadata(
            baseModelRoot: base, parentAdapterRoot: parent ?? head, trainer: .zero, publicKey: key.publicKey.message, steps: 1, round: 0,
            seed: 0, dataHash: .zero)
        let delta = try LoRADelta(layout: layout, values: [Float](repeating: value, count: layout.valueCount))
        let encoded = try UpdateEncoder(metadata: metadata).encode(delta, codec: .sign1Bit)
        return try UpdateFile(encoded, metadata: metadata) { try (signer ?? key).sign($0) }.bytes
    }
}

@Suite struct AIEngineTests {
    @Test func takesAnUpdateForTheHead() async throws {
        let bench = try Bench()
        let file = try bench.update()
        let id = try await bench.engine.submit(file)
        #expect(id == SHA256.hash(file))
        #expect(await bench.routing.blobs[id] == file)
    }

    @Test func refusesWhatCannotBecomeAnUpdate() async throws {
        let bench = try Bench()
        var damaged = try bench.update()
        damaged[10] ^= 1
        let other = try PeerKeyPair(seed: [UInt8](repeating: 5, count: 32))
        let cases: [([UInt8], UpdateRefusal)] = [
            (damaged, .damaged), ([UInt8](repeating: 0, count: 150_001), .oversize), (try bench.update(parent: SHA256.hash([1])), .parent),
            (try bench.update(base: SHA256.hash([1])), .misfit), (try bench.update(signer: other), .signature),
        ]
        for (file, kind) in cases {
            do {
                _ = try await bench.engine.submit(file)
                Issue.record("\(kind) was taken")
            } catch let error as SubmissionError {
                #expect(error.rule == kind.rawValue && error.fault == kind.fault)
                #expect(!error.description.isEmpty)
            }
        }
        #expect(await bench.routing.blobs.isEmpty)
    }

    @Test func doesNotLetFilesPileUp() async throws {
        let bench = try Bench()
        for number in 0..<AIEngine.waitingLimit {
            await bench.ledger.apply(.announced(FileFacts(bytes: 1, parent: bench.head)), to: SHA256.hash([UInt8(number)]))
        }
        await #expect(throws: SubmissionError.busy(waiting: AIEngine.waitingLimit)) { try await bench.engine.submit(try bench.update()) }
    }

    @Test func givesRawAdapters() async throws {
        let bench = try Bench()
        #expect(try await bench.engine.adapterBytes(root: bench.head) == LoRAAdapter.zero(bench.layout).bytes)
        #expect(try await bench.engine.adapterBytes(root: SHA256.hash([1])) == nil)
    }

    @Test func countsRefusalsOnce() async throws {
        let bench = try Bench()
        for _ in 1...3 { await bench.ledger.apply(.refused(RefusedUpdate(.copy, "a copy")), to: SHA256.hash([1])) }
        let status = await bench.engine.status()
        #expect(status.refused == ["copy": 1])
        #expect(status.trainer?.step == 2 && status.trainers?.count == 1)
    }

    @Test func measuresAnAdapterOnce() async throws {
        let bench = try Bench()
        let first = try await bench.engine.evaluate(.zero(bench.layout))
        let again = try await bench.engine.evaluate(.zero(bench.layout))
        #expect(first.lossBits == again.lossBits && first.loss.isFinite)
        #expect(again.seconds == 0)
    }

    private static let rejected = UpdateEvent.refused(RefusedUpdate(.damaged, "damaged"))
    private static let certified = UpdateEvent.certified(votes: 2, VoteSeats(members: 3, quorum: 2))
    private static let included = UpdateEvent.included(Inclusion(block: .zero, slot: 1, executionBlock: .zero))

    /// A file in the store, and what the journal says of it or of the candidate that took it up.
    private func put(
        _ byte: UInt8, _ events: [UpdateEvent]?, parent: Hash32? = nil, of bench: Bench, considered: [Hash32] = []
    ) async -> Hash32 {
        let id = await bench.routing.publish([byte])
        guard let events else { return id }
        let parent = parent ?? bench.head
        var update = id
        if considered.isEmpty {
            await bench.ledger.apply(.announced(FileFacts(bytes: 1, parent: parent)), to: id)
        } else {
            update = SHA256.hash([byte, 1])
            let files = ([id] + considered).map { ConsideredFile(id: $0, isSelected: $0 == id) }
            await bench.ledger.apply(
                .named(CandidateFacts(slot: 1, parent: parent, inputs: [id], considered: files)), to: update)
        }
        for event in events { await bench.ledger.apply(event, to: update) }
        return id
    }

    @Test func deletesFilesThatAreOfNoUse() async throws {
        let bench = try Bench()
        let passed = SHA256.hash([9])
        let outlier = await put(1, [Self.rejected], of: bench)
        let kept = [
            await put(2, [Self.included, .finalised], of: bench, considered: [outlier]),
            await put(3, [Self.included], parent: passed, of: bench), outlier, await put(4, [], of: bench),
            await put(5, [Self.certified], of: bench),
        ]
        let useless: [(UInt8, [UpdateEvent]?)] = [
            (10, [Self.rejected]), (11, [.refused(RefusedUpdate(.gate, "gate"))]), (12, [.overtaken("late")]), (13, nil),
        ]
        for (byte, events) in useless { _ = await put(byte, events, of: bench) }
        _ = await put(14, [], parent: passed, of: bench)
        _ = await put(15, [Self.certified], parent: passed, of: bench)
        #expect(try await bench.engine.forgetFiles() == 6)
        #expect(await Set(bench.routing.blobs.keys) == Set(kept))
        // The journal still tells of them.
        #expect(await bench.engine.update(SHA256.hash([11]))?.status == .invalid)
    }

    @Test func deletesYoungFilesOnlyWhenCrowded() async throws {
        for (age, fill, count) in [(80_000, 0.4, 0), (90_000, 0.4, 1), (3_000, 0.6, 0), (4_000, 0.6, 1)] as [(Double, Double, Int)] {
            let bench = try Bench(age: age, fill: fill)
            _ = await put(1, [Self.rejected], of: bench)
            #expect(try await bench.engine.forgetFiles() == count, "\(age) \(fill)")
        }
    }

    /// A node that did not judge an update keeps its files all the same, once a block names them.
    @Test func keepsTheFilesThatABlockNames() async throws {
        var block = SignedBeaconBlock()
        let files = [UInt8(1), 2, 3].map { SHA256.hash([$0]) }
        block.message.body.ackCertificate.candidate.inputs = files.map { CandidateInput(fileHash: $0, rewardAddress: .zero) }
        block.message.body.ackCertificate.candidate.selected = Bitlist([true, false, true])
        let chain = FakeChain(only: block)
        let bench = try Bench(chain: chain)
        let id = block.message.body.ackCertificate.candidate.updateID(chain.spec)
        for byte in [UInt8(1), 2, 3, 4] { _ = await bench.routing.publish([byte]) }
        await bench.engine.noteFiles(ofBlock: .zero)
        await bench.ledger.apply(.finalised, to: id)
        #expect(try await bench.engine.forgetFiles() == 1)
        #expect(await Set(bench.routing.blobs.keys) == Set(files))
        // What the node found itself is not overwritten.
        await bench.ledger.apply(.judged(Judgement(lossBefore: 2, lossAfter: 1, adapter: .zero, seconds: 3)), to: id)
        await bench.engine.noteFiles(ofBlock: .zero)
        let entry = try #require(await bench.engine.update(id))
        #expect(entry.gateSeconds == 3 && entry.status == .finalized && entry.considered?.count == 3)
        #expect(entry.inputs == [files[0].hex, files[2].hex])
    }

    /// A joiner's past is told at each start. One that the engine did not come through with is noted by the next, one that is noted is
    /// not walked again.
    @Test func notesThePastOnceAndWholly() async throws {
        var blocks: [Root: SignedBeaconBlock] = [.zero: SignedBeaconBlock(default: .pol)]
        var (parent, second) = (Root.zero, Root.zero)
        var updates: [Hash32] = []
        for slot in 1...3 as ClosedRange<Slot> {
            var block = SignedBeaconBlock(default: .pol)
            (block.message.slot, block.message.parentRoot) = (slot, parent)
            if slot != 2 {
                block.message.body.ackCertificate.candidate.slot = slot
                block.message.body.ackCertificate.candidate.inputs = [
                    CandidateInput(fileHash: SHA256.hash([UInt8(slot)]), rewardAddress: .zero)
                ]
                block.message.body.ackCertificate.candidate.selected = Bitlist([true])
                let id = block.message.body.ackCertificate.candidate.updateID(.pol)
                block.message.body.ackCertificate.ack.updateId = id
                updates.append(id)
            }
            parent = block.message.hashTreeRoot(.pol)
            blocks[parent] = block
            if slot == 2 { second = parent }
        }
        let chain = FakeChain(blocks: blocks, moves: [.past(root: parent, slot: 3)])
        let folder = TemporaryFolder()
        /// Starts an engine that hears of the past, and counts the updates that it knows as final.
        func start(blocks: Int) async throws -> Int {
            await chain.answer(blocks: blocks)
            let bench = try Bench(chain: chain, folder: folder.path)
            await bench.engine.followChain()
            await bench.engine.pastBlocks.continuation.finish()
            await bench.engine.notePast()
            var known = 0
            for id in updates where await bench.ledger.record(of: id)?.stage == .finalised { known += 1 }
            return known
        }
        // A gap is not the chain's beginning: nothing is noted as whole.
        await chain.lack(second)
        #expect(try await start(blocks: .max) == 0)
        await chain.lack(nil)
        // The node goes away behind the first update: four blocks are asked for on the way back, and one to note it.
        #expect(try await start(blocks: 5) == 1)
        #expect(try await start(blocks: .max) == 2)
        let given = await chain.blocksGiven
        #expect(try await start(blocks: .max) == 2)
        #expect(await chain.blocksGiven == given)
    }

    @Test func keepsWhatWasKeptLately() async throws {
        let bench = try Bench()
        let adapter = try LoRAAdapter(layout: bench.layout, values: [Float](repeating: 1, count: bench.layout.valueCount))
        try await bench.engine.keep(adapter)
        await bench.engine.forgetAdapters()
        #expect(try await bench.engine.adapter(adapter.root) == adapter)
    }
}
