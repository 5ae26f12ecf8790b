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
    /// The oldest block from which on the states of all blocks are here, genesis' aside.
    func oldestState() async throws -> UInt64
    /// The proof of an account and of its slots after the named block; `nil` when this node does not hold that state.
    func proof(of address: Address, slots: [Hash32], at id: ExecutionBlockID) async throws -> AccountProof?
    /// What `form` makes of a block's transactions, or of that at `index`, run again and watched; `nil` when this node does not hold the
    /// parent's state. All of it, `form` too, is done where such work waits for its turn.
    ///
    /// - Throws: `InspectionError` for genesis and for what takes too long, and what `form` throws.
    func trace<Value: Sendable>(
        _ block: Hash32, only index: UInt64?, choice: TraceChoice, form: @escaping @Sendable (TracedTransaction) throws -> Value
    ) async throws -> [Value]?
    /// What `form` makes of a call on the state after the named block, watched; `nil` when this node does not hold that state.
    ///
    /// - Throws: `TransactionFailure` when the call cannot begin.
    func trace<Value: Sendable>(
        _ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides, choice: TraceChoice,
        form: @escaping @Sendable (TracedTransaction) throws -> Value
    ) async throws -> Value?
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
