import ExecutionChain
import JSON
import JSONRPCCore
import Primitives

/// Reads the first parameter of `eth_simulateV1`.
///
/// Untyped throws: optimised builds lose a typed error that stands beside a large value.
enum SimulationRequest {
    /// Calls in all blocks together.
    private static let mostCalls = 10_000

    static func read(_ parameters: RPCParameters, chainID: UInt64) throws -> (simulation: Simulation, full: Bool) {
        let value = try parameters.required(0)
        guard value.object != nil else { throw RPCParameters.invalid(0, "expected an object, found \(value.kind)") }
        func flag(_ name: String) throws(RPCError) -> Bool {
            guard let value = value[name], !value.isNull else { return false }
            guard let flag = value.bool else { throw RPCParameters.invalid(0, "\(name) must be a boolean, found \(value.kind)") }
            return flag
        }
        var simulation = Simulation()
        simulation.tracesTransfers = try flag("traceTransfers")
        simulation.validates = try flag("validation")
        guard let blocks = value["blockStateCalls"]?.array, !blocks.isEmpty else { throw RPCError.invalidParameters("empty input") }
        guard blocks.count <= Int(Simulation.longest) else { throw SimulationFailure.error(.tooManyBlocks) }
        var calls = 0
        for block in blocks {
            let read = try self.block(block, chainID: chainID)
            calls += read.calls.count
            guard calls <= mostCalls else { throw RPCError.invalidParameters("too many calls: at most \(mostCalls)") }
            simulation.blocks.append(read)
        }
        return (simulation, try flag("returnFullTransactions"))
    }

    private static func block(_ value: JSONValue, chainID: UInt64) throws -> Simulation.Block {
        guard value.object != nil else { throw RPCParameters.invalid(0, "a block is an object, found \(value.kind)") }
        var block = Simulation.Block()
        block.overrides = try OverrideObjects.block(present(value["blockOverrides"]), argument: 0)
        block.accounts = try OverrideObjects.accounts(present(value["stateOverrides"]), argument: 0)
        guard let calls = present(value["calls"]) else { return block }
        guard let list = calls.array else { throw RPCParameters.invalid(0, "calls must be an array, found \(calls.kind)") }
        for call in list { block.calls.append(try CallObject.request(call, argument: 0, chainID: chainID)) }
        return block
    }

    private static func present(_ value: JSONValue?) -> JSONValue? { value.flatMap { $0.isNull ? nil : $0 } }
}
