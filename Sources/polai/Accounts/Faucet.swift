import JSON
import JSONRPC
import JSONRPCCore
import Logging
import Primitives
import Secp256k1
import ServiceInterfaces
import Transactions

/// Gives newcomers of a development chain what a validator needs, from the founder's account: `polai_requestFunds(address)`.
actor Faucet {
    /// A stake, and something for gas and for trying things out.
    static let amount = POLAmount(wei: UInt256(100) &* POLAmount.weiPerPOL)
    /// Addresses that are remembered; then nobody gets anything until the node starts anew.
    private static let maximumAddresses = 10_000

    private let key: Secp256k1PrivateKey
    private let chain: any ExecutionService
    private let chainID: UInt64
    private let logger = Logger(label: "faucet")
    private var served: Set<Address> = []
    /// The next nonce, where the last transaction may not stand in the pool's count yet.
    private var nextNonce: UInt64 = 0

    init(key: Secp256k1PrivateKey, chain: any ExecutionService, chainID: UInt64) {
        self.key = key
        self.chain = chain
        self.chainID = chainID
    }

    nonisolated func register(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("polai_requestFunds") { parameters in
            try parameters.expect(atMost: 1)
            return .data(try await self.give(to: parameters.address(0)))
        }
    }

    /// Sends the amount, once to each address.
    private func give(to address: Address) async throws -> Hash32 {
        guard served.count < Self.maximumAddresses else { throw RPCError.server("the faucet is empty until the node starts anew") }
        guard served.insert(address).inserted else {
            throw RPCError.server("\(address.checksummed) was given \(Self.amount) POL already")
        }
        do {
            let hash = try await send(to: address)
            logger.info("Faucet gave", metadata: ["to": "\(address.checksummed)", "pol": "\(Self.amount)", "transaction": "\(hash.hex)"])
            return hash
        } catch {
            served.remove(address)
            throw error
        }
    }

    private func send(to address: Address) async throws -> Hash32 {
        let pending = await chain.nextNonce(of: key.address)
        let known = if let pending { pending } else { try await chain.account(key.address, at: .latest)?.nonce ?? 0 }
        let nonce = max(known, nextNonce)
        // Claimed before anything is waited for, so that two requests at once take two nonces.
        nextNonce = nonce + 1
        let fee = UInt256(100_000_000_000)
        let transaction = Transaction(
            kind: .dynamicFee, chainID: chainID, nonce: nonce, gasPrice: fee, maxPriorityFeePerGas: UInt256(1_000_000_000),
            gasLimit: 21_000, to: address, value: Self.amount.wei
        ).signed(by: key)
        do {
            return try await chain.submit(transaction.encoded)
        } catch let error as TransactionRefused {
            nextNonce = nonce
            throw RPCError.server("the faucet's transaction was refused: \(error.description)")
        }
    }
}
