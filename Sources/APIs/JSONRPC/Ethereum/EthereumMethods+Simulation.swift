import EVM
import EngineTypes
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

extension EthereumMethods {
    /// Blocks that might follow a block.
    func registerSimulationMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_simulateV1") { parameters in
            try parameters.expect(atMost: 2)
            let (simulation, full) = try SimulationRequest.read(parameters, chainID: chain.chainID)
            let block = try await knownBlock(parameters, 1)
            do {
                let blocks = try Self.held(try await chain.simulate(simulation, at: block))
                return .array(blocks.map { SimulatedBlockObject(made: $0, rules: chain.rules).json(full: full) })
            } catch let error as SimulationError {
                throw SimulationFailure.error(error)
            }
        }
    }
}

/// A simulated block in the form of `eth_simulateV1`: a block with what came of its calls.
private struct SimulatedBlockObject {
    let made: SimulatedBlock
    let block: ExecutionBlock

    init(made: SimulatedBlock, rules: ChainConfig) {
        self.made = made
        block = ExecutionBlock(made.block, rules: rules)
    }

    func json(full: Bool) -> JSONValue {
        let hashes = made.block.transactions.map { Keccak256.hash($0) }
        var transactions: [JSONValue] = []
        for (index, encoded) in made.block.transactions.enumerated() {
            guard full else {
                transactions.append(.data(hashes[index]))
                continue
            }
            let sent = RecoveredTransaction(made.transactions[index], sender: made.senders[index], encoded: encoded)
            transactions.append(TransactionObject.json(sent, in: block, index: UInt64(index)))
        }
        let calls = made.calls.enumerated().map { call($1, hash: hashes[$0], index: UInt64($0)) }
        return .object(BlockObject.members(block, transactions: transactions) + [.init("calls", .array(calls))])
    }

    private func call(_ call: SimulatedCall, hash: Hash32, index: UInt64) -> JSONValue {
        let result = call.result
        let logs = call.logs.map { entry in
            LogObject.json(
                FoundLog(
                    log: entry.log, block: block.payload.blockHash, number: block.payload.blockNumber,
                    timestamp: block.payload.timestamp, transaction: hash, transactionIndex: index, index: entry.index))
        }
        var members: [JSONValue.Member] = [
            .init("returnData", result.succeeded ? .data(result.output) : "0x"), .init("logs", .array(logs)),
            .init("gasUsed", .quantity(result.gasUsed)), .init("maxUsedGas", .quantity(result.peakGas)),
            .init("status", result.succeeded ? "0x1" : "0x0"),
        ]
        if let failure = result.failure { members.append(.init("error", error(failure, call))) }
        return .object(members)
    }

    /// A revert has code 3 and its data, what else went wrong in the machine -32015.
    private func error(_ failure: EVMFailure, _ call: SimulatedCall) -> JSONValue {
        var error = CallFailure.error(failure, output: call.result.output)
        if failure != .reverted {
            error.code = -32015
            if call.isGasCapped { error.message += " (gas limit was capped by the RPC server's global gas cap)" }
        }
        var members: [JSONValue.Member] = [.init("message", .string(error.message)), .init("code", JSONValue(error.code))]
        if let data = error.data { members.append(.init("data", data)) }
        return .object(members)
    }
}
