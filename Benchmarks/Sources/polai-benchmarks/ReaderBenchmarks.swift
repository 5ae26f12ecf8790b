import BeaconAPI
import BeaconNode
import BeaconTypes
import Foundation
import HTTPDoor
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import TestChains

/// 64 blocks with the full attestations of 1,024 validators, imported back to back, without readers and with 200 requests a
/// second for the head's header over HTTP: whether a published view lets readers and the importer leave each other alone.
func measureReaders(_ table: inout Table, samples: Int, validators: Int = 1024, blocks: UInt64 = 64) async throws {
    let chain = try await signedChain(validators: validators, blocks: blocks)
    var (alone, together): ([Double], [Double]) = ([], [])
    var latencies: [Double] = []
    // In turns, so that a neighbour on the machine disturbs both alike. Few requests fit into one import.
    for _ in 0..<max(samples, 10) {
        alone.append(try await importRate(chain, validators: validators, readers: nil))
        let load = HeaderLoad(requestsPerSecond: 200, connections: 4)
        together.append(try await importRate(chain, validators: validators, readers: load))
        latencies += load.latencies
    }
    let sorted = latencies.sorted()
    guard let slowest = sorted.last, sorted.count >= 100 else { throw BenchmarkError("only \(sorted.count) requests were answered") }
    table.add("import of full blocks, 1,024 validators", median(alone), "blocks/s")
    table.add("the same with 200 readers' requests a second", median(together), "blocks/s", note: "\(sorted.count) requests")
    table.add("  with / without", median(together) / median(alone), "x")
    table.add("headers/head beside an import: median", sorted[sorted.count / 2] * 1e3, "ms")
    table.add(
        "headers/head beside an import: p99", sorted[sorted.count * 99 / 100] * 1e3, "ms",
        note: "slowest \(Table.decimal(slowest * 1e3)) ms")
}

/// Blocks per second of a fresh node that imports the chain.
private func importRate(_ blocks: [SignedBeaconBlock], validators: Int, readers: HeaderLoad?) async throws -> Double {
    let chain = try OperationChain(validators: validators)
    chain.enter(Slot(blocks.count) + 1)
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
    let server = DoorServer(
        name: BeaconDoor.name, router: BeaconDoor(chain: chain.node, services: chain.node).router(), address: ListenAddress(port: 0),
        logger: logger
    ) { port in continuation.yield(port) }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        if let readers {
            group.addTask { try await server.run() }
            for await port in ports {
                try readers.start(port: port)
                break
            }
        }
        let clock = ContinuousClock()
        let start = clock.now
        for block in blocks { try await chain.node.importBlock(block) }
        let time = (clock.now - start) / .seconds(1)
        guard try chain.node.block(.head)?.block.message.slot == Slot(blocks.count) else {
            throw BenchmarkError("the chain was not imported")
        }
        readers?.stop()
        group.cancelAll()
        return Double(blocks.count) / time
    }
}

/// Blocks of a chain whose validators all vote and sign for each.
private func signedChain(validators: Int, blocks: UInt64) async throws -> [SignedBeaconBlock] {
    let chain = try OperationChain(validators: validators)
    var result = [try await chain.extend(to: 1)]
    for slot in 2...blocks {
        try await chain.node.submitSyncCommitteeMessages(try await chain.syncMessages(slot - 1))
        result.append(try await chain.advance(to: slot))
    }
    let votes = result.last?.message.body.attestations.reduce(0) { $0 + $1.aggregationBits.setCount }
    guard votes == validators else { throw BenchmarkError("the blocks hold \(votes ?? 0) votes, not \(validators)") }
    return result
}
