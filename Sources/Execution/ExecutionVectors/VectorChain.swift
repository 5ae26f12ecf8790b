import ExecutionChain
import JSON
import Primitives
import StateTrie

/// A chain in memory to which a test's blocks are added. The longest branch is the head; of equal ones the first.
struct VectorChain {
    private let execution: BlockExecution
    private var headers: [Hash32: BlockHeader]
    private var database = StateNodes()
    private(set) var head: BlockHeader

    init(config: ChainConfig, genesis: BlockHeader, accounts: JSONValue) throws {
        execution = BlockExecution(config: config)
        head = genesis
        headers = [genesis.hash: genesis]
        var world = WorldState(database: StateNodes())
        try StateTest.fill(&world, with: accounts)
        let root = try world.commit(into: &database)
        guard root == genesis.stateRoot else { throw VectorError("the genesis state is \(root), expected \(genesis.stateRoot)") }
    }

    mutating func add(_ block: Block) throws {
        guard let parent = headers[block.header.parentHash] else {
            throw VectorError("the parent \(block.header.parentHash) is unknown")
        }
        var state = WorldState(root: parent.stateRoot, database: database)
        let ancestors = ancestors(of: block.header)
        let valid = try execution.validate(block, parent: parent, state: &state) { ancestors[$0] }
        database.formUnion(valid.nodes)
        headers[block.hash] = block.header
        if block.header.number > head.number { head = block.header }
    }

    private func ancestors(of header: BlockHeader) -> [UInt64: Hash32] {
        var hashes: [UInt64: Hash32] = [:]
        var hash = header.parentHash
        while hashes.count < 256, let ancestor = headers[hash] {
            hashes[ancestor.number] = hash
            hash = ancestor.parentHash
        }
        return hashes
    }

    /// Compares the head's state with the accounts that a test lists.
    func check(_ accounts: JSONValue) throws {
        let state = WorldState(root: head.stateRoot, database: database)
        for member in accounts.object ?? [] {
            let address = try JSONValue.string(member.name).address()
            guard let account = try state.account(address) else { throw VectorError("the account \(address) is missing") }
            guard try account.balance == member.value.member("balance").uint256() else {
                throw VectorError("\(address) has \(account.balance) wei")
            }
            guard try account.nonce == member.value.member("nonce").uint64() else {
                throw VectorError("\(address) has the nonce \(account.nonce)")
            }
            guard try state.code(address) == member.value.member("code").bytes() else { throw VectorError("\(address) has other code") }
            for slot in member.value["storage"]?.object ?? [] {
                let key = try JSONValue.string(slot.name).uint256().bigEndianHash
                guard try state.storage(address, slot: key) == slot.value.uint256() else {
                    throw VectorError("\(address) has another value in slot \(key)")
                }
            }
        }
    }
}
