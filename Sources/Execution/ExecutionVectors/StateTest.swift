public import EVM
public import JSON
import Primitives
import RLP
import Secp256k1
import StateTrie
import Transactions

/// One state test (the GeneralStateTests format): a state, a block, a transaction with choices, and what it must give.
public struct StateTest {
    public let name: String
    let content: JSONValue

    public init(_ member: JSONValue.Member) {
        name = member.name
        content = member.value
    }

    /// Runs every fork and choice of the test.
    public func run(fork only: EVMRevision? = nil) -> VectorReport {
        var report = VectorReport()
        guard let forks = content["post"]?.object, !forks.isEmpty else {
            report.failures.append("\(name): post is missing or no object")
            return report
        }
        for fork in forks {
            guard let choices = fork.value.array, !choices.isEmpty else {
                report.failures.append("\(name)[\(fork.name)]: no list of choices")
                continue
            }
            guard let revision = EVMRevision(vectorName: fork.name), only == nil || only == revision else {
                report.skipped += choices.count
                continue
            }
            for (index, choice) in choices.enumerated() {
                do {
                    try run(choice, revision)
                    report.passed += 1
                } catch {
                    report.failures.append("\(name)[\(fork.name) \(index)]: \(error)")
                }
            }
        }
        return report
    }

    /// The state before the transaction, and a machine on it.
    struct Machine: ~Copyable {
        var world: WorldState
        var evm: EVM
    }

    func machine(_ revision: EVMRevision) throws -> Machine {
        var nodes = StateNodes()
        var world = WorldState(database: StateNodes())
        try Self.fill(&world, with: try content.member("pre"))
        world = WorldState(root: try world.commit(into: &nodes), database: nodes)
        let block = try Self.block(try content.member("env"), revision)
        return Machine(world: world, evm: EVM(state: ExecutionState(reader: world), revision: revision, block: block))
    }

    private func run(_ choice: JSONValue, _ revision: EVMRevision) throws {
        var machine = try machine(revision)
        let mustFail = choice["expectException"] != nil
        var logs: [Log] = []
        do {
            let (transaction, sender) = try self.transaction(choice, revision)
            logs = try machine.evm.applyTransaction(transaction, sender: sender).logs
            if mustFail { throw VectorError("the transaction ran, but should be refused: \(choice["expectException"]?.string ?? "")") }
            try machine.evm.state.apply(to: &machine.world)
        } catch let error as VectorError {
            throw error
        } catch TransactionFailure.state(let error) {
            throw VectorError("\(error)")
        } catch {
            guard mustFail else { throw VectorError("refused: \(error)") }
        }
        let logsHash = Keccak256.hash(Log.encode(logs))
        var after = StateNodes()
        let root = try machine.world.commit(into: &after)
        let expected = try choice.member("hash").hash()
        guard root == expected else { throw VectorError("state root \(root), expected \(expected)") }
        if let expectedLogs = choice["logs"], try expectedLogs.hash() != logsHash { throw VectorError("logs hash \(logsHash)") }
    }

    static func fill(_ world: inout WorldState, with accounts: JSONValue) throws {
        for member in accounts.object ?? [] {
            let address = try JSONValue.string(member.name).address()
            let account = Account(
                nonce: try member.value.member("nonce").uint64(), balance: try member.value.member("balance").uint256())
            world.setAccount(account, at: address)
            let code = try member.value.member("code").bytes()
            if !code.isEmpty { try world.setCode(code, at: address) }
            for slot in member.value["storage"]?.object ?? [] {
                let key = try JSONValue.string(slot.name).uint256()
                try world.setStorage(try slot.value.uint256(), at: address, slot: key.bigEndianHash)
            }
        }
    }

    static func block(_ env: JSONValue, _ revision: EVMRevision) throws -> BlockContext {
        let random = env["currentRandom"]
        let randao = revision >= .paris ? try (random ?? "0x0").uint256() : try env.member("currentDifficulty").uint256()
        return BlockContext(
            coinbase: try env.member("currentCoinbase").address(), number: try env.member("currentNumber").uint64(),
            timestamp: try env.member("currentTimestamp").uint64(), gasLimit: try env.member("currentGasLimit").uint64(),
            prevRandao: randao, baseFee: try (env["currentBaseFee"] ?? "0x0a").uint256(),
            blobBaseFee: BlobFee.price(excess: try (env["currentExcessBlobGas"] ?? "0x0").uint64(), revision),
            blockHash: { Keccak256.hash(Array("\($0)".utf8)) })
    }

    func transaction(_ choice: JSONValue, _ revision: EVMRevision) throws -> (Transaction, Address) {
        let fields = try content.member("transaction")
        if let raw = choice["txbytes"] {
            let transaction = try Transaction(encoded: try raw.bytes())
            let sender = try transaction.sender(revision)
            if let expected = fields["sender"], try expected.address() != sender { throw VectorError("recovered the sender \(sender)") }
            return (transaction, sender)
        }
        return try StateTestTransaction.read(fields, indexes: try choice.member("indexes"))
    }
}
