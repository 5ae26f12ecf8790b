public import EngineTypes
public import ExecutionChain
public import Primitives
public import StateTrie

/// Looks into an execution chain further than blocks and accounts go: whole blocks, proofs, traces, blocks that might be.
public protocol ChainInspector: Sendable {
    /// When which rules begin.
    var rules: ChainConfig { get }

    /// The named block with its header, or `nil` when this node does not have it.
    func wholeBlock(_ id: ExecutionBlockID) async throws -> Block?
    /// The proof of an account and of its slots after the named block; `nil` when this node does not hold that state.
    func proof(of address: Address, slots: [Hash32], at id: ExecutionBlockID) async throws -> AccountProof?
    /// A block's transactions, or that at `index`, run again and watched; `nil` when this node does not hold the parent's state.
    ///
    /// - Throws: `InspectionError` for genesis and for what takes too long.
    func trace(_ block: Hash32, only index: UInt64?, choice: TraceChoice) async throws -> [TracedTransaction]?
    /// A call on the state after the named block, watched; `nil` when this node does not hold that state.
    ///
    /// - Throws: `TransactionFailure` when the call cannot begin.
    func trace(
        _ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides, choice: TraceChoice
    ) async throws -> TracedTransaction?
    /// Blocks that might follow the named one; `nil` when this node does not hold its state.
    ///
    /// - Throws: `SimulationError`.
    func simulate(_ simulation: Simulation, at id: ExecutionBlockID) async throws -> [SimulatedBlock]?
    /// A block on `parent` that nobody keeps; `nil` when this node does not hold the parent's state.
    ///
    /// - Parameters:
    ///   - transactions: all of them in this order, or the pool's best if `nil`.
    /// - Throws: `BlockError` when it cannot be.
    func assemble(
        on parent: Hash32, attributes: PayloadAttributes, transactions: [[UInt8]]?, extraData: [UInt8]
    ) async throws -> BuiltBlock?
}

/// Why a node does not look.
public enum InspectionError: Error, Hashable, Sendable, CustomStringConvertible {
    case genesisIsNotTraceable
    /// It took longer than the node lets a call take.
    case timedOut
    /// Too many wait for their turn.
    case busy

    public var description: String {
        switch self {
        case .genesisIsNotTraceable: "genesis is not traceable"
        case .timedOut: "execution aborted (timeout)"
        case .busy: "too many calls wait for their turn: try again later"
        }
    }
}
