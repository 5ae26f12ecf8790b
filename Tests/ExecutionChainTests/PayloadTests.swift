import EngineTypes
import JSON
import Primitives
import StateTrie
import Testing
import Transactions

@testable import ExecutionChain

/// A chain of this project's kind with one funded account, and its first payload.
struct SampleChain {
    let genesis: Genesis
    let block: Block
    let nodes: StateNodes
    let execution: BlockExecution
    let alice = Address([UInt8](repeating: 0xaa, count: 20)) ?? .zero
    let update = Keccak256.hash([1])

    init(code: [Address: [UInt8]] = [:]) throws {
        var genesis = Genesis.polai(timestamp: 1_700_000_000)
        genesis.allocations[alice] = Genesis.Allocation(balance: 5)
        for (address, code) in code { genesis.allocations[address] = Genesis.Allocation(balance: 0, nonce: 1, code: code) }
        self.genesis = genesis
        (block, nodes) = try genesis.block()
        execution = BlockExecution(config: genesis.config)
    }

    var state: WorldState { WorldState(root: block.header.stateRoot, database: nodes) }

    func attributes(slots: UInt64 = 1) -> PayloadAttributes {
        PayloadAttributes(
            timestamp: genesis.timestamp + 12 * slots, prevRandao: Keccak256.hash([2]), suggestedFeeRecipient: alice,
            withdrawals: [
                Withdrawal(index: 0, validatorIndex: 3, address: alice, amount: 7),
                Withdrawal(index: 1, validatorIndex: .max, address: Address([UInt8](repeating: 1, count: 20)) ?? .zero, amount: 0),
            ], parentBeaconBlockRoot: Keccak256.hash([3]), updateID: update)
    }

    func build(slots: UInt64 = 1) throws -> BuiltBlock {
        try execution.build(on: block.header, attributes: attributes(slots: slots), state: state, gasLimitTarget: 36_000_000)
    }

    func validate(_ block: Block, requests: [[UInt8]] = []) throws -> StateNodes {
        var state = state
        return try execution.validate(block, requests: requests, parent: self.block.header, state: &state).nodes
    }
}

@Suite("Payloads")
struct PayloadTests {
    @Test("a built block validates, pays its withdrawals in wei and names parent and update")
    func built() throws {
        let chain = try SampleChain()
        let built = try chain.build()
        let header = built.block.header
        #expect(header.extraData == chain.block.hash.bytes + chain.update.bytes)
        #expect(header.updateID == chain.update)
        #expect(header.difficulty == 257)
        #expect(header.gasLimit == 30_029_295)
        #expect(header.baseFeePerGas == 875_000_000)
        #expect(header.mixHash == Keccak256.hash([2]))
        #expect(header.parentBeaconBlockRoot == Keccak256.hash([3]))
        var nodes = chain.nodes
        nodes.formUnion(try chain.validate(built.block))
        let state = WorldState(root: header.stateRoot, database: nodes)
        #expect(try state.balance(chain.alice) == 7_000_000_005)
        #expect(try state.account(Address([UInt8](repeating: 1, count: 20)) ?? .zero) == nil)
        #expect(try chain.build(slots: 3).block.header.difficulty == 225)
    }

    @Test("payload and block convert into each other")
    func conversion() throws {
        let chain = try SampleChain()
        let built = try chain.build()
        let payload = ExecutionPayload(built.block)
        #expect(payload.blockHash == built.block.hash)
        let root = try #require(built.block.header.parentBeaconBlockRoot)
        #expect(try Block(payload, parentBeaconBlockRoot: root, executionRequests: []) == built.block)
        #expect(throws: BlockError.self) { _ = try Block(payload, parentBeaconBlockRoot: .zero, executionRequests: []) }
        #expect(throws: BlockError.self) { _ = try Block(payload, parentBeaconBlockRoot: root, executionRequests: [[0, 1]]) }
        var wrong = payload
        wrong.powNonce = Bytes8([9, 9, 9, 9, 9, 9, 9, 9]) ?? Bytes8()
        #expect(throws: BlockError.self) { _ = try Block(wrong, parentBeaconBlockRoot: root, executionRequests: []) }
    }

    @Test(
        "execution requests must be ascending, single and filled",
        arguments: [
            [[0]], [[]], [[1, 1], [0, 1]], [[0, 1], [0, 2]],
        ] as [[[UInt8]]])
    func malformedRequests(requests: [[UInt8]]) throws {
        let payload = ExecutionPayload(try SampleChain().build().block)
        let error = #expect(throws: BlockError.self) {
            _ = try Block(payload, parentBeaconBlockRoot: .zero, executionRequests: requests)
        }
        if case .malformedRequests = error {} else { Issue.record("\(String(describing: error))") }
    }

    static let changes: [(String, @Sendable (inout BlockHeader) -> Void)] = [
        ("parentHash", { $0.parentHash = .zero }), ("ommersHash", { $0.ommersHash = .zero }),
        ("stateRoot", { $0.stateRoot = .zero }), ("transactionsRoot", { $0.transactionsRoot = .zero }),
        ("receiptsRoot", { $0.receiptsRoot = .zero }), ("logsBloom", { $0.logsBloom[0] = 1 }),
        ("difficulty", { $0.difficulty = 256 }), ("number", { $0.number = 2 }), ("gas limit", { $0.gasLimit = 31_000_000 }),
        ("gasUsed", { $0.gasUsed = 21_000 }), ("gas used", { $0.gasUsed = .max }), ("timestamp", { $0.timestamp -= 12 }),
        ("one slot", { $0.timestamp -= 1 }), ("extraData", { $0.extraData.removeLast() }), ("extraData", { $0.extraData[0] ^= 1 }),
        ("extraData", { $0.extraData = [] }),
        ("baseFeePerGas", { $0.baseFeePerGas = 1 }), ("baseFeePerGas", { $0.baseFeePerGas = nil }),
        ("withdrawalsRoot", { $0.withdrawalsRoot = .zero }), ("withdrawalsRoot", { $0.withdrawalsRoot = nil }),
        ("blob gas", { $0.blobGasUsed = 131_072 }), ("excessBlobGas", { $0.excessBlobGas = 1 }),
        ("excessBlobGas", { $0.excessBlobGas = nil }), ("parentBeaconBlockRoot", { $0.parentBeaconBlockRoot = nil }),
        ("requestsHash", { $0.requestsHash = .zero }), ("requestsHash", { $0.requestsHash = nil }),
    ]

    @Test("each changed header field is refused by name", arguments: changes.indices)
    func wrongField(index: Int) throws {
        let (name, change) = Self.changes[index]
        let chain = try SampleChain()
        var block = try chain.build().block
        change(&block.header)
        let error = #expect(throws: BlockError.self) { _ = try chain.validate(block) }
        #expect(error?.description.contains(name) == true, "\(String(describing: error))")
    }

    @Test("a wrong body is refused")
    func wrongBody() throws {
        let chain = try SampleChain()
        let built = try chain.build().block
        var block = built
        block.withdrawals?.removeLast()
        #expect(throws: BlockError.self) { _ = try chain.validate(block) }
        block = built
        block.withdrawals = nil
        #expect(throws: BlockError.self) { _ = try chain.validate(block) }
        block = built
        block.ommers = [chain.block.header]
        #expect(throws: BlockError.self) { _ = try chain.validate(block) }
        #expect(throws: BlockError.wrongRequests(expected: 0, actual: 1)) { _ = try chain.validate(built, requests: [[0, 1]]) }
    }

    @Test("what is no transaction is refused with its position and the reason")
    func transactions() throws {
        let chain = try SampleChain()
        var block = try chain.build().block
        block.transactions = [[0x05, 1]]
        block.header.transactionsRoot = BlockRoots.transactions(block.transactions)
        let error = #expect(throws: BlockError.self) { _ = try chain.validate(block) }
        #expect(error == .transaction(index: 0, .unknownType(5)))
        #expect(error?.description == "transaction 0: transaction type 5 is unknown")
    }

    @Test("a system contract with code is called, one without is not", arguments: SystemContracts.called(under: .prague))
    func systemContracts(contract: Address) throws {
        #expect(SystemContracts.called(under: .cancun) == [SystemContracts.beaconRoots])
        #expect(SystemContracts.called(under: .shanghai).isEmpty)
        // SSTORE(1, CALLER), then returns a word of 0x2a.
        let code: [UInt8] = [0x33, 0x60, 1, 0x55, 0x60, 0x2a, 0x5f, 0x52, 0x60, 32, 0x5f, 0xf3]
        let chain = try SampleChain(code: [contract: code])
        let built = try chain.build()
        var database = chain.nodes
        database.formUnion(built.nodes)
        let state = WorldState(root: built.block.header.stateRoot, database: database)
        let caller = try state.storage(contract, slot: UInt256.one.bigEndianHash)
        #expect(caller.bigEndianHash.bytes.suffix(20).hex == "0xfffffffffffffffffffffffffffffffffffffffe")
        let word = UInt256(0x2a).bigEndianHash.bytes
        switch contract {
        case SystemContracts.withdrawalRequests: #expect(built.requests == [[1] + word])
        case SystemContracts.consolidationRequests: #expect(built.requests == [[2] + word])
        default: #expect(built.requests.isEmpty)
        }
        #expect(try chain.validate(built.block, requests: built.requests) == built.nodes)
    }

    @Test("a request contract whose call fails makes the block invalid, another's failure changes nothing")
    func failingSystemContracts() throws {
        for contract in SystemContracts.called(under: .prague) {
            let chain = try SampleChain(code: [contract: [0xfe]])
            if [SystemContracts.withdrawalRequests, SystemContracts.consolidationRequests].contains(contract) {
                #expect(throws: BlockError.systemCallFailed(contract)) { _ = try chain.build() }
            } else {
                #expect(try chain.build().requests.isEmpty)
            }
        }
    }

    @Test("Ethereum's Prague blocks need the request contracts")
    func missingRequestContracts() throws {
        var state = WorldState(database: StateNodes())
        let block = Block(header: BlockHeader(number: 1, timestamp: 1, parentBeaconBlockRoot: .zero), withdrawals: [])
        let execution = BlockExecution(config: .from(.prague, chainID: 1))
        #expect(throws: BlockError.systemContractMissing(SystemContracts.withdrawalRequests)) {
            _ = try execution.execute(block, on: &state)
        }
    }

    @Test("system contract addresses are those of their EIPs")
    func addresses() {
        #expect(SystemContracts.beaconRoots.hex == "0x000f3df6d732807ef1319fb7b8bb8522d0beac02")
        #expect(SystemContracts.history.hex == "0x0000f90827f1c53a10cb7a02335b175320002935")
        #expect(SystemContracts.withdrawalRequests.hex == "0x00000961ef480eb55e80d19ad83579a64c007002")
        #expect(SystemContracts.consolidationRequests.hex == "0x0000bbddc7ce488642fb579f8b00f3a590007251")
    }

    @Test("a state that the database lacks is an error")
    func missingState() throws {
        let chain = try SampleChain()
        let error = #expect(throws: BlockError.self) {
            _ = try chain.execution.build(
                on: chain.block.header, attributes: chain.attributes(),
                state: WorldState(root: chain.block.header.stateRoot, database: StateNodes()), gasLimitTarget: 1)
        }
        #expect(error == .state(.missingNode(chain.block.header.stateRoot)))
    }

    @Test("withdrawals give the executable specification's state and roots")
    func withdrawals() throws {
        for vector in try Vectors.list("withdrawals") {
            var nodes = StateNodes()
            var state = WorldState(database: StateNodes())
            for pair in try #require(vector["balances"]?.array).compactMap(\.array) {
                try state.addBalance(Vectors.number(pair[1]), to: Address(hex: #require(pair[0].string)))
            }
            let root = try state.commit(into: &nodes)
            #expect(root.hex == vector["preRoot"]?.string)
            state = WorldState(root: root, database: nodes)
            let withdrawals = try #require(vector["withdrawals"]?.array).map { try Vectors.withdrawal($0) }
            #expect(BlockRoots.withdrawals(withdrawals).hex == vector["withdrawalsRoot"]?.string)
            let block = Block(header: BlockHeader(number: 1, timestamp: 1), withdrawals: withdrawals)
            _ = try BlockExecution(config: .polai()).execute(block, on: &state)
            #expect(try state.commit(into: &nodes).hex == vector["postRoot"]?.string)
        }
    }

    @Test("Ethereum's own sealing rule: no difficulty, no nonce, at most 32 bytes of extra data")
    func ethereumSealing() throws {
        let execution = BlockExecution(config: .from(.prague, chainID: 1))
        let parent = BlockHeader(
            gasLimit: 30_000_000, timestamp: 1, baseFeePerGas: 7, withdrawalsRoot: BlockRoots.emptyTrie, blobGasUsed: 0,
            excessBlobGas: 0, parentBeaconBlockRoot: .zero, requestsHash: BlockRoots.emptyRequests)
        let attributes = PayloadAttributes(
            timestamp: 2, prevRandao: .zero, suggestedFeeRecipient: .zero, withdrawals: [], parentBeaconBlockRoot: .zero, updateID: .zero)
        var state = WorldState(database: StateNodes())
        for contract in [SystemContracts.withdrawalRequests, SystemContracts.consolidationRequests] {
            try state.setCode([0x00], at: contract)
        }
        let block = try execution.build(on: parent, attributes: attributes, state: state, gasLimitTarget: 30_000_000).block
        let changes: [(inout BlockHeader) -> Void] = [
            { $0.difficulty = 1 }, { $0.nonce[7] = 1 }, { $0.extraData = [UInt8](repeating: 0, count: 33) },
        ]
        for change in changes {
            var wrong = block
            change(&wrong.header)
            var copy = state
            #expect(throws: BlockError.self) { _ = try execution.validate(wrong, requests: [], parent: parent, state: &copy) }
        }
        var copy = state
        _ = try execution.validate(block, requests: [], parent: parent, state: &copy)
    }
}
