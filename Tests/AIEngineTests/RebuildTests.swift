import UpdateLedger
import AckQuorum
import Aggregation
import BeaconTypes
import ContentRouting
import KeyValueStore
import LearningStore
import LoRA
import Primitives
import ServiceInterfaces
import SSZ
import Testing
import TestNetwork
import TinyModels
import UpdateJudgement
import UpdateLife

@testable import AIEngine

extension AIEngine {
    fileprivate func follow(_ root: Hash32) {
        headRoot = root
        finalizedRoot = root
    }

    /// As after a restart.
    fileprivate func forgetWhatIsInMemory() {
        knownLineage = nil
        lastRebuilt = nil
    }
}

/// Adapters that the chain has passed by, dropped and made anew of the files.
@Suite struct RebuildTests {
    /// The adapters after 0, 1, … updates, each told by a block's certificate and held; the third update is made of three
    /// files.
    private func grow(_ bench: Bench, to count: Int) async throws -> [LoRAAdapter] {
        var adapters = [LoRAAdapter.zero(bench.layout)]
        for index in 0..<count {
            let parent = adapters[index]
            let values: [Float] = index == 2 ? [0.01, -0.03, 0.02] : [Float(index + 1) / 100]
            var inputs: [AggregationInput] = []
            var certificate = AckCertificate()
            for value in values {
                let file = try bench.update(parent: parent.root, value: value)
                let intake = UpdateIntake(baseModelRoot: TinyModel.root, parent: parent.root, layout: bench.layout)
                inputs.append(try intake.check(file).input)
                certificate.candidate.inputs.append(
                    CandidateInput(fileHash: await bench.routing.publish(file), rewardAddress: .zero))
            }
            let aggregate = try AggregatedUpdate(inputs, layout: bench.layout)
            let result = try parent.adding(aggregate.delta)
            certificate.candidate.selected = Bitlist(aggregate.selected)
            certificate.candidate.parentAdapterRoot = parent.root
            certificate.candidate.slot = UInt64(index + 1)
            certificate.ack.verdict = UpdateAckVerdict.valid.rawValue
            certificate.ack.adapterRoot = result.root
            let id = certificate.candidate.updateID(.pol)
            await bench.engine.name(certificate, id)
            await bench.ledger.apply(.finalised, to: id)
            try bench.store.put(result)
            adapters.append(result)
        }
        await bench.engine.follow(adapters[count].root)
        return adapters
    }

    @Test(arguments: [0, 1, 2, 16]) func holdsTheLastFewAndMakesTheRestAnew(history: Int) async throws {
        let bench = try Bench(history: history)
        let adapters = try await grow(bench, to: 5)
        await bench.engine.forgetAdapters()
        let held = [adapters[0].root] + adapters.dropFirst().suffix(max(1, history)).map(\.root)
        #expect(Set(try bench.store.adapterRoots()) == Set(held))
        await bench.engine.forgetWhatIsInMemory()
        for adapter in adapters {
            #expect(try await bench.engine.adapter(adapter.root) == adapter)
            #expect(try await bench.engine.adapterBytes(root: adapter.root) == adapter.bytes)
        }
        // What is made anew for a reader is not kept.
        #expect(Set(try bench.store.adapterRoots()) == Set(held))
        #expect(try await bench.engine.adapter(SHA256.hash([1])) == nil)
    }

    @Test func manyAskAtOnce() async throws {
        let bench = try Bench(history: 0)
        let adapters = try await grow(bench, to: 4)
        await bench.engine.forgetAdapters()
        try await withThrowingTaskGroup(of: (Int, LoRAAdapter?).self) { group in
            for turn in 0..<24 {
                let index = turn % 4
                group.addTask { (index, try await bench.engine.adapter(adapters[index].root)) }
            }
            for try await (index, adapter) in group { #expect(adapter == adapters[index]) }
        }
    }

    @Test func saysWhatIsMissing() async throws {
        let bench = try Bench(history: 1)
        let adapters = try await grow(bench, to: 4)
        await bench.engine.forgetAdapters()
        let file = try bench.update(parent: adapters[1].root, value: 0.02)
        await bench.routing.drop([SHA256.hash(file)])
        #expect(try await bench.engine.adapter(adapters[1].root) == adapters[1])
        await bench.engine.forgetWhatIsInMemory()
        for lost in [2, 3] {
            do {
                _ = try await bench.engine.adapter(adapters[lost].root)
                Issue.record("an adapter was made without its files")
            } catch let error as AdapterUnavailable {
                #expect(error.description.contains(SHA256.hash(file).hex))
            }
        }
        #expect(try await bench.engine.adapter(adapters[4].root) == adapters[4])
    }

    /// The store's bytes of the head are damaged: they are made anew, and put right.
    @Test func mendsADamagedAdapter() async throws {
        let bench = try Bench()
        let adapters = try await grow(bench, to: 3)
        try bench.database.write { try $0.put([1, 2], for: adapters[3].root, in: "adapters") }
        #expect(throws: LearningStoreError.self) {
            try bench.store.adapter(adapters[3].root, layout: bench.layout)
        }
        #expect(try await bench.engine.adapter(adapters[3].root) == adapters[3])
        #expect(try bench.store.adapter(adapters[3].root, layout: bench.layout) == adapters[3])
    }

    /// Files that lead elsewhere than a certificate says give no adapter.
    @Test func checksTheRoot() async throws {
        let bench = try Bench()
        let file = try bench.update()
        var certificate = AckCertificate()
        certificate.candidate.inputs = [CandidateInput(fileHash: await bench.routing.publish(file), rewardAddress: .zero)]
        certificate.candidate.selected = Bitlist([true])
        certificate.candidate.parentAdapterRoot = bench.head
        certificate.ack.verdict = UpdateAckVerdict.valid.rawValue
        certificate.ack.adapterRoot = SHA256.hash([8])
        await bench.engine.name(certificate, certificate.candidate.updateID(.pol))
        await #expect(throws: AdapterUnavailable.self) { try await bench.engine.adapter(SHA256.hash([8])) }
    }

    @Test func knowsNoWayInACircle() {
        func record(_ byte: UInt8, from parent: Hash32, to adapter: Hash32) -> UpdateRecord {
            var record = UpdateRecord(id: SHA256.hash([byte]))
            let file = ConsideredFile(id: SHA256.hash([byte, 1]), isSelected: true)
            record.apply(
                .named(CandidateFacts(slot: 1, parent: parent, inputs: [file.id], considered: [file], adapter: adapter)))
            return record
        }
        let roots = (0..<4).map { SHA256.hash([UInt8($0)]) }
        let circle = AdapterLineage([record(0, from: roots[0], to: roots[1]), record(1, from: roots[1], to: roots[0])])
        #expect(circle.path(to: roots[1], from: { $0 == roots[3] }) == nil)
        #expect(circle.newest(9, upTo: roots[1]).count <= 3)
        let way = AdapterLineage((0..<3).map { record(UInt8($0), from: roots[$0], to: roots[$0 + 1]) })
        #expect(way.path(to: roots[3], from: { $0 == roots[1] })?.map(\.adapter) == [roots[2], roots[3]])
        #expect(way.path(to: roots[3], from: { $0 == roots[3] }) == [])
        #expect(way.newest(2, upTo: roots[3]) == [roots[3], roots[2]])
        #expect(way.newest(9, upTo: roots[3]) == roots.reversed())
        #expect(way.newest(0, upTo: roots[3]) == [])
    }
}
