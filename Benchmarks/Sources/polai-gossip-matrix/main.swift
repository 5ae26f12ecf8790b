import Foundation
import GossipSimulator
import GossipSub

// Gossip among many nodes in virtual time: how long until 95 % of the nodes have a message, and what it costs. The figures are those
// of the simulated network and the same on every machine; only the time that a line takes to appear is this machine's.
do {
    let options = try MatrixOptions(Array(CommandLine.arguments.dropFirst()))
    print("\(options.nodes) nodes, \(options.messages) messages within a second, \(options.dials) dials a node, seed \(options.seed)\n")
    print("| setting | bytes a message | Mbit/s up | median to 95 %, ms | p90 to 95 %, ms | slowest, ms | reached | MB a node | trace |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for size in options.sizes {
        for megabits in options.megabits {
            for kind in options.kinds {
                print(row(kind, size, megabits, options))
                // A row takes a while: whoever reads a pipe has it at once.
                fflush(nil)
            }
        }
    }
} catch {
    FileHandle.standardError.write(Data("polai-gossip-matrix: \(error)\n".utf8))
    exit(2)
}

func row(_ kind: MeshKind, _ size: Int, _ megabits: UInt64, _ options: MatrixOptions) -> String {
    let (simulator, bytes) = run(kind, size, megabits, options)
    for _ in 1..<options.runs where run(kind, size, megabits, options).0.trace != simulator.trace {
        return "| \(kind.name) | \(size) | \(megabits) | **two traces of one seed** |"
    }
    return line(kind, size, megabits, simulator, options, bytes: bytes)
}

func run(_ kind: MeshKind, _ size: Int, _ megabits: UInt64, _ options: MatrixOptions) -> (GossipSimulator, bytes: Int) {
    let second: UInt64 = 1_000_000_000
    var setting = GossipSimulator.Setting()
    setting.nodes = options.nodes
    setting.dials = options.dials
    setting.bandwidth = megabits * 1_000_000
    setting.parameters.signing = .strictNoSign
    setting.parameters.messageID = { Array($0.data.prefix(16)) + [0, 0, 0, 0] }
    kind.change(&setting.parameters)
    var simulator = GossipSimulator(setting, topics: ["votes"], seed: options.seed)
    // Meshes form.
    simulator.run(15 * second)
    let before = simulator.bytesSent.reduce(0, +)
    for index in 0..<options.messages {
        var data = [UInt8](repeating: 0, count: size)
        for shift in 0..<8 { data[shift] = UInt8(truncatingIfNeeded: index >> (8 * shift)) }
        let delay = second / UInt64(options.messages) * UInt64(index)
        simulator.publish(data, on: "votes", by: index &* 7919 % options.nodes, after: delay)
    }
    simulator.run(12 * second)
    return (simulator, simulator.bytesSent.reduce(0, +) - before)
}

func line(_ kind: MeshKind, _ size: Int, _ megabits: UInt64, _ simulator: GossipSimulator, _ options: MatrixOptions, bytes: Int) -> String {
    let enough = (options.nodes * 95 + 99) / 100
    var times: [Double] = []
    var (slowest, reached) = (0.0, 0)
    for delivery in simulator.deliveries.values {
        let sorted = delivery.times.values.map { Double($0 - delivery.published) / 1e6 }.sorted()
        reached += sorted.count
        slowest = max(slowest, sorted.last ?? 0)
        times.append(sorted.count >= enough ? sorted[enough - 1] : .infinity)
    }
    times.sort()
    func quantile(_ part: Double) -> Double { times.isEmpty ? .infinity : times[min(times.count - 1, Int(part * Double(times.count)))] }
    let share = Double(reached) / Double(options.nodes * max(1, simulator.deliveries.count)) * 100
    let figures = [quantile(0.5), quantile(0.9), slowest].map { String(format: "%.0f", $0) }.joined(separator: " | ")
    let cost = String(format: "%.3f %% | %.1f", share, Double(bytes) / Double(options.nodes) / 1e6)
    return "| \(kind.name) | \(size) | \(megabits) | \(figures) | \(cost) | \(String(simulator.trace, radix: 16)) |"
}
