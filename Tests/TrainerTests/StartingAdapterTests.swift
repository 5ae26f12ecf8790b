import Foundation
import LearningStore
import LoRA
import Primitives
import ServiceInterfaces
import TestSupport
import Testing
import UpdateCodec

@testable import Trainer

@Suite("A trainer that starts from an adapter it was given")
struct StartingAdapterTests {
    private func adapter(_ bench: Bench, value: Float = 0.0625) throws -> LoRAAdapter {
        // Signs that no codec loses, and one magnitude a module.
        let values = (0..<bench.layout.valueCount).map { $0 % 3 == 0 ? -value : value }
        return try LoRAAdapter(layout: bench.layout, values: values)
    }

    @Test("Its change is the first update, and says that it was not trained")
    func firstUpdate() async throws {
        let bench = try Bench()
        let start = try adapter(bench)
        let node = FakeLearningNode(bench.adapter, status: .included)
        let trainer = try bench.trainer(node, store: bench.store(), total: 4, start: start)
        #expect(await trainer.run() == .finished)
        #expect(await trainer.stepsDone == 4)
        let files = try await node.published.map { try UpdateFile($0) }
        #expect(files.map(\.metadata.round) == [0, 1, 2])
        #expect(files.map(\.metadata.startingAdapter) == [start.root, nil, nil])
        #expect(files.map(\.metadata.steps) == [1, 2, 2])
        let first = try #require(files.first)
        #expect(first.metadata.recipe == "start-from" && first.metadata.dataHash == start.root && first.metadata.seed == 0)
        // What is sent leads to the adapter: its signs everywhere.
        let sent = try first.delta(layout: bench.layout).values
        #expect(zip(sent, start.values).allSatisfy { $0.0 * $0.1 >= 0 } && sent.contains { $0 != 0 })
    }

    @Test("The change is counted from the head")
    func fromTheHead() async throws {
        let bench = try Bench()
        let start = try adapter(bench)
        // The head is the adapter itself: nothing is to be sent.
        let node = FakeLearningNode(start, status: .included)
        let trainer = try bench.trainer(node, store: bench.store(), total: 2, start: start)
        #expect(await trainer.run() == .finished)
        let files = try await node.published.map { try UpdateFile($0) }
        #expect(files.map(\.metadata.startingAdapter) == [nil])
        // A head twice as far: the way back.
        let far = FakeLearningNode(try adapter(bench, value: 0.125), status: .included)
        _ = try await bench.trainer(far, store: bench.store(), total: 2, start: start).run()
        let back = try UpdateFile(try #require(await far.published.first)).delta(layout: bench.layout).values
        #expect(zip(back, start.values).allSatisfy { $0.0 * $0.1 <= 0 } && back.contains { $0 != 0 })
    }

    @Test("It is sent once, also after a restart; another adapter is another matter")
    func once() async throws {
        let bench = try Bench()
        let store = try bench.store()
        func starts(_ start: LoRAAdapter?, total: Int) async throws -> [Hash32?] {
            let node = FakeLearningNode(bench.adapter, status: .included)
            _ = try await bench.trainer(node, store: store, total: total, start: start).run()
            return try await node.published.map { try UpdateFile($0).metadata.startingAdapter }
        }
        let (first, second) = (try adapter(bench), try adapter(bench, value: 0.5))
        #expect(try await starts(first, total: 2) == [first.root, nil])
        #expect(try await starts(first, total: 4) == [nil])
        #expect(try await starts(second, total: 6) == [second.root, nil])
        #expect(try await starts(nil, total: 8) == [nil])
        #expect(try store.trainerNames() == ["test"])
    }

    @Test("Refused it is not sent again; overtaken it is")
    func verdicts() async throws {
        let bench = try Bench()
        let start = try adapter(bench)
        let refusing = FakeLearningNode(bench.adapter, status: .invalid)
        _ = try await bench.trainer(refusing, store: bench.store(), patience: 3, start: start).run()
        let refused = try await refusing.published.map { try UpdateFile($0).metadata.startingAdapter }
        #expect(refused == [start.root, nil, nil])
        let overtaking = FakeLearningNode(bench.adapter, status: .expired)
        let trainer = try bench.trainer(overtaking, store: bench.store(), start: start)
        let task = Task { await trainer.run() }
        await overtaking.files.reaches(3)
        task.cancel()
        _ = await task.value
        let overtaken = try await overtaking.published.map { try UpdateFile($0).metadata }
        #expect(overtaken.prefix(3).allSatisfy { $0.startingAdapter == start.root })
        #expect(overtaken.prefix(3).map(\.round) == [0, 1, 2])
        #expect(await trainer.stepsDone == 0)
    }

    @Test("What is kept of it comes back as it was; damage is none")
    func stored() {
        var start = TrainerStart(bytes: nil)
        #expect(start.rounds == 0 && start.root == nil && TrainerStart(bytes: start.bytes) == start)
        start.rounds = 7
        start.root = SHA256.hash([1])
        #expect(TrainerStart(bytes: start.bytes) == start)
        for count in [1, 7, 9, 39, 41] { #expect(TrainerStart(bytes: [UInt8](repeating: 1, count: count)) == TrainerStart(bytes: nil)) }
    }

    @Test("Passages are held back evenly")
    func heldBack() {
        let passages = Array(0..<40)
        #expect(HeldBackPassages.split(passages, share: 0.05).held == [19, 39])
        #expect(HeldBackPassages.split(passages, share: 0.5).held == Array(stride(from: 1, to: 40, by: 2)))
        #expect(HeldBackPassages.split(passages, share: 0).training == passages)
        #expect(HeldBackPassages.split([1], share: 0.5).training == [1])
        #expect(HeldBackPassages.split(passages, share: 1e-300).held.isEmpty)
        let (training, held) = HeldBackPassages.split(passages, share: 0.3)
        #expect((training + held).sorted() == passages && held.count == 13)
    }
}
