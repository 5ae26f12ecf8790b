public import ExecutionChain
public import Primitives
public import Transactions

/// Runs calls that no block will hold.
public protocol CallService: Sendable {
    /// The call's result on the state after the named block; `nil` when this node does not hold that state.
    ///
    /// - Throws: `TransactionFailure` when the call cannot begin.
    func call(_ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides) async throws -> TransactionResult?
    /// A gas limit under which the call succeeds; `nil` when this node does not hold the state.
    ///
    /// - Throws: `GasEstimateError`.
    func estimateGas(_ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides) async throws -> UInt64?
    /// What the call touches, paid for beforehand; `nil` when this node does not hold the state.
    ///
    /// - Throws: `TransactionFailure` when the call cannot begin.
    func accessList(_ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides) async throws -> AccessListOutcome?
    /// A storage slot after the named block; `nil` when this node does not hold that state.
    func storage(_ address: Address, slot: Hash32, at id: ExecutionBlockID) async throws -> UInt256?
}

/// All that the JSON-RPC door asks of an execution node.
public typealias ExecutionService = ExecutionChainReader & TransactionPoolService & TransactionReader & CallService & ChainInspector
