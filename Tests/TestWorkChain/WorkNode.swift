import ChainStore
import EngineTypes
public import ExecutionChain
public import ExecutionNode
import KeyValueStore
import Logging
public import Primitives
import Secp256k1
import ServiceInterfaces
import StateTrie
import TestSupport
public import Transactions

/// A node of a chain of work, on a folder of its own, and what makes blocks for it.
public struct WorkNode: Sendable {
    public static let chainID: UInt64 = 77
    public static let genesisTime: UInt64 = 1_700_000_000
    private static let key = try? Secp256k1PrivateKey(UInt256(7).bigEndianHash)
    static var account: Secp256k1PrivateKey {
        get throws {
            guard let key else { throw Missing() }
            return key
        }
    }

    public static let bob = Address([UInt8](repeating: 0xb0, count: 20)) ?? .zero
    public static let coinbase = Address([UInt8](repeating: 0xc0, count: 20)) ?? .zero

    /// London's rules from the genesis on, and one rich account.
    public static let genesis: Genesis = {
        var genesis = Genesis(config: .from(.london, chainID: chainID), timestamp: genesisTime, difficulty: 131_072)
        if let key { genesis.allocations[key.address] = .init(balance: UInt256(1_000_000_000_000_000_000) &* 1000) }
        return genesis
    }()

    public let node: ExecutionNode
    private let folder: TemporaryFolder

    public init(_ genesis: Genesis = WorkNode.genesis, seals: any SealEngine = QuickSeals()) throws {
        folder = TemporaryFolder()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        node = try ExecutionNode(
            genesis: genesis, store: KeyValueStore(directory: folder.path, tables: ExecutionStore.tables), sealEngine: seals, logger: logger
        )
    }

    /// A sealed block on a parent that is here.
    ///
    /// - Parameters:
    ///   - seconds: after the parent.
    ///   - mark: what tells it from others of its height.
    public func block(
        on parent: Block, seconds: UInt64 = 13, mark: UInt8 = 0, coinbase: Address = WorkNode.coinbase, transactions: [Transaction] = []
    ) async throws -> Block {
        let attributes = PayloadAttributes(
            timestamp: parent.header.timestamp + seconds, prevRandao: .zero, suggestedFeeRecipient: coinbase, withdrawals: [],
            parentBeaconBlockRoot: .zero, updateID: .zero)
        let built = try await node.assemble(
            on: parent.hash, attributes: attributes, transactions: transactions.map { $0.encoded }, extraData: [mark])
        guard let built else { throw Missing() }
        return Self.sealed(built.block)
    }

    /// The same block with uncles, whose rewards are in its state: that of the blocks from the genesis on, worked out without a node.
    ///
    /// - Parameter trunk: the blocks before it, but for the genesis.
    public static func naming(_ ommers: [BlockHeader], in block: Block, behind trunk: [Block]) throws -> Block {
        var block = block
        (block.ommers, block.header.ommersHash) = (ommers, BlockRoots.ommers(ommers))
        let first = try genesis.block()
        var nodes = first.nodes
        var state = WorldState(root: first.block.header.stateRoot, database: nodes)
        let execution = BlockExecution(config: genesis.config)
        for block in trunk + [block] { _ = try execution.execute(block, on: &state) }
        block.header.stateRoot = try state.commit(into: &nodes)
        return sealed(block)
    }

    /// The same header with work of its own.
    public static func sealed(_ block: Block) -> Block {
        var block = block
        let header = block.header
        let task = SealTask(sealHash: header.ethashSealHash, number: header.number, difficulty: header.difficulty)
        if let nonce = QuickSeals().search(task, from: 0, count: 1 << 16) { block.header.nonce = Bytes8(bigEndian: nonce) }
        return block
    }

    /// Adds so many blocks behind `parent`, each of which the node must take; every seventh holds a transfer.
    public func extend(_ count: Int, on parent: Block? = nil, seconds: UInt64 = 13, mark: UInt8 = 0, nonce: UInt64 = 0) async throws
        -> [Block]
    {
        var (blocks, last, nonce) = ([Block](), parent ?? node.genesisBlock, nonce)
        for index in 0..<count {
            var transactions: [Transaction] = []
            if index % 7 == 6 {
                transactions = [try Self.transfer(nonce: nonce)]
                nonce += 1
            }
            let next = try await block(on: last, seconds: seconds, mark: mark, transactions: transactions)
            guard case .added = try await node.add(next) else { throw Missing() }
            blocks.append(next)
            last = next
        }
        return blocks
    }

    public static func transfer(nonce: UInt64) throws -> Transaction {
        Transaction(
            kind: .dynamicFee, chainID: chainID, nonce: nonce, gasPrice: 10_000_000_000, maxPriorityFeePerGas: 1_000_000_000, to: bob,
            value: 5
        ).signed(by: try account)
    }

    /// Waits until the node's head is the block.
    public func waitForHead(_ hash: Hash32) async throws {
        let changes = await node.chainChanges()
        if try await node.heaviest().hash == hash { return }
        for await change in changes where change.joined.last == hash { return }
    }

    struct Missing: Error {}
}
