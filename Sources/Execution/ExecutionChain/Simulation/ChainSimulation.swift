import EVM
public import Primitives
public import StateTrie
import Transactions

/// Simulates blocks on a base block and the state after it.
public struct ChainSimulation: Sendable {
    let execution: BlockExecution
    let base: BlockHeader
    let database: any StateDatabase
    /// Hashes of the base block's ancestors by number.
    let ancestorHash: @Sendable (UInt64) throws(StateTrieError) -> Hash32?

    public init(
        execution: BlockExecution, base: BlockHeader, database: any StateDatabase,
        ancestorHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32?
    ) {
        self.execution = execution
        self.base = base
        self.database = database
        self.ancestorHash = ancestorHash
    }

    /// - Parameters:
    ///   - gasCap: what all calls may use together.
    ///   - isCancelled: asked before every call.
    public func run(
        _ simulation: Simulation, gasCap: UInt64, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(SimulationError) -> [SimulatedBlock] {
        var state = LayeredState(database)
        var parent = base
        var hashes: [UInt64: Hash32] = [base.number: base.hash]
        var gasLeft = gasCap
        var simulated: [SimulatedBlock] = []
        for planned in try Self.plan(simulation.blocks, after: base) {
            guard !isCancelled() else { throw .cancelled }
            let known = hashes
            let ancestorHash = ancestorHash
            let step = SimulationStep(
                simulation: simulation, execution: execution, parent: parent,
                blockHash: { number throws(StateTrieError) in
                    if let hash = known[number] { return hash }
                    return try ancestorHash(number)
                }, isCancelled: isCancelled)
            let made = try step.run(planned, state: &state, gasLeft: &gasLeft)
            parent = made.block.header
            hashes[parent.number] = parent.hash
            simulated.append(made)
        }
        return simulated
    }

    /// The blocks with their numbers and times, and empty ones where numbers are left out.
    static func plan(_ blocks: [Simulation.Block], after base: BlockHeader) throws(SimulationError) -> [Simulation.Block] {
        var (number, time) = (base.number, base.timestamp)
        var planned: [Simulation.Block] = []
        for var block in blocks {
            let next = block.overrides.number ?? number &+ 1
            guard next > number else { throw .numbersOutOfOrder(number: next, previous: number) }
            guard next - base.number <= Simulation.longest else { throw .tooManyBlocks }
            while number + 1 < next {
                number += 1
                time = try later(time)
                var filler = Simulation.Block()
                filler.overrides.number = number
                filler.overrides.timestamp = time
                planned.append(filler)
            }
            if let wanted = block.overrides.timestamp {
                guard wanted > time else { throw .timesOutOfOrder(time: wanted, previous: time) }
                time = wanted
            } else {
                time = try later(time)
            }
            number = next
            block.overrides.number = number
            block.overrides.timestamp = time
            planned.append(block)
        }
        return planned
    }

    private static func later(_ time: UInt64) throws(SimulationError) -> UInt64 {
        let (sum, overflow) = time.addingReportingOverflow(Simulation.timeStep)
        guard !overflow else { throw .timesOutOfOrder(time: .max, previous: time) }
        return sum
    }
}
