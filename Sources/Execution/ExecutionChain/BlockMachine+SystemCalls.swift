import EVM
import Primitives

extension BlockMachine {
    /// Who calls a system contract.
    private static let systemAddress = Address([UInt8](repeating: 0xff, count: 19) + [0xfe]) ?? .zero
    private static let systemGas: Int64 = 30_000_000

    /// The calls before the first transaction: EIP-4788 (parent beacon block root) and EIP-2935 (parent hash).
    ///
    /// A contract without code is not called, and a call that fails changes nothing ("must fail silently").
    public mutating func begin() throws(BlockError) {
        if fork >= .cancun, let root = header.parentBeaconBlockRoot { _ = call(SystemContracts.beaconRoots, root.bytes) }
        if fork >= .prague { _ = call(SystemContracts.history, header.parentHash.bytes) }
        if let failure = evm.state.failure { throw .state(failure) }
    }

    /// The requests that the block makes: deposits (EIP-6110), withdrawals (EIP-7002), consolidations (EIP-7251).
    mutating func collectRequests() throws(BlockError) -> [[UInt8]] {
        var requests: [[UInt8]] = []
        let deposits = try DepositLog.requests(in: receipts, contract: config.depositContract)
        if !deposits.isEmpty { requests.append([0] + deposits) }
        let contracts = [(UInt8(1), SystemContracts.withdrawalRequests), (UInt8(2), SystemContracts.consolidationRequests)]
        for (type, contract) in contracts {
            guard !evm.state.code(of: contract).isEmpty else {
                // "If there is no code at the address, the corresponding block MUST be marked invalid"; a genesis file of
                // this project's chain may leave the contracts out.
                guard case .polai = config.sealing else { throw .systemContractMissing(contract) }
                continue
            }
            let result = call(contract, [])
            guard result.succeeded else { throw .systemCallFailed(contract) }
            if !result.output.isEmpty { requests.append([type] + result.output) }
        }
        return requests
    }

    private mutating func call(_ contract: Address, _ input: [UInt8]) -> MessageResult {
        evm.transaction = TransactionContext(origin: Self.systemAddress, gasPrice: .zero)
        let result = evm.execute(
            Message(kind: .call, gas: Self.systemGas, recipient: contract, caller: Self.systemAddress, input: input))
        _ = evm.state.finishTransaction(fork.revision)
        return result
    }
}
