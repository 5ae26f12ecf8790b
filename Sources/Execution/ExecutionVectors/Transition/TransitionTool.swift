import EVM
import ExecutionChain
public import JSON
import Primitives
import StateTrie
import Transactions

/// The state transition tool that public fuzzers and fillers drive (`t8n`, as geth's `evm` and the executable
/// specification have it): accounts, a block's environment and transactions in, accounts and what the block came to out.
public struct TransitionTool {
    /// What a run gives.
    public struct Output: Sendable {
        public var alloc: JSONValue
        public var result: JSONValue
        /// The RLP of the transactions that were not refused.
        public var body: [UInt8]
    }

    private let config: ChainConfig
    private let reward: Reward

    /// What a block before the merge earns.
    public enum Reward: Sendable { case ofFork, none, wei(UInt64) }

    /// - Parameter fork: a name as in public vectors, `Cancun` for example.
    public init(fork: String, chainID: UInt64 = 1, reward: Reward = .ofFork) throws {
        guard let config = VectorNetwork.config(fork, chainID: chainID) else { throw VectorError("unknown fork \(fork)") }
        self.config = config
        self.reward = reward
    }

    public func run(alloc: JSONValue, environment: JSONValue, transactions: JSONValue) throws -> Output {
        var accounts = try TransitionAccount.read(alloc)
        let environment = try TransitionEnvironment(environment, config)
        var nodes = StateNodes()
        var world = try TransitionAccount.world(accounts, nodes: &nodes)
        let hashes = environment.blockHashes
        var machine = BlockMachine(config: config, header: environment.header, state: world) { hashes[$0] }
        switch reward {
        case .ofFork: break
        case .none: machine.reward = nil
        case .wei(let wei): machine.reward = wei
        }
        try machine.begin()
        var report = TransitionReport()
        for (index, transaction) in try TransitionTransactions.read(transactions, chainID: config.chainID).enumerated() {
            do {
                let transaction = try transaction.get()
                let sender = try transaction.sender(machine.fork.revision)
                report.add(transaction, sender: sender, try machine.apply(transaction, sender: sender))
            } catch {
                if case TransactionFailure.state(let error) = error { throw error }
                report.refuse(index, "\(error)")
            }
        }
        let requests = try machine.finish(withdrawals: environment.withdrawals, ommers: environment.ommers)
        try machine.evm.state.apply(to: &world)
        var after = StateNodes()
        let root = try world.commit(into: &after)
        Self.apply(machine.evm.state.changes, to: &accounts)
        return Output(
            alloc: TransitionAccount.json(accounts),
            result: report.json(
                machine.summary(requests: requests, withdrawals: environment.withdrawals), stateRoot: root,
                receipts: machine.receipts),
            body: report.body)
    }

    private static func apply(_ changes: [AccountChange], to accounts: inout [Address: TransitionAccount]) {
        for change in changes {
            guard change.exists else {
                accounts[change.address] = nil
                continue
            }
            var account = accounts[change.address] ?? TransitionAccount()
            account.nonce = change.nonce
            account.balance = change.balance
            if let code = change.code { account.code = code }
            if change.codeHash == Account.emptyCodeHash { account.code = [] }
            if change.isStorageVoid { account.storage = [:] }
            account.storage.merge(change.slots) { _, new in new }
            accounts[change.address] = account
        }
    }
}
