import JSON
import Primitives
import Secp256k1
import Transactions

/// A transaction that a command makes, signs and sends to a node's JSON-RPC door.
struct OutgoingTransaction {
    var to: Address
    var value: UInt256
    var data: [UInt8] = []
    /// At least this much, where others' transactions before it may make it cost more than the estimate.
    var leastGas: UInt64 = 0
    /// Whether it is refused while others of the account wait for a block.
    var isAlone = false

    /// Fills nonce, gas and fees in as the node advises, signs and sends.
    ///
    /// - Returns: its hash.
    func send(by key: Secp256k1PrivateKey, through door: DoorClient) async throws -> String {
        let sender = key.address
        let chain = try await number("eth_chainId", door)
        let balance = try await number("eth_getBalance", door, .string(sender.hex), "latest")
        let nonce = try await number("eth_getTransactionCount", door, .string(sender.hex), "pending")
        let tip = try await number("eth_maxPriorityFeePerGas", door)
        let base = try await door.call("eth_getBlockByNumber", ["latest", false])["baseFeePerGas"]?.quantity ?? UInt256(1_000_000_000)
        let confirmed = try await number("eth_getTransactionCount", door, .string(sender.hex), "latest")
        if isAlone, nonce != confirmed {
            throw SetupError(
                "\(sender.checksummed) has transactions that wait for a block; wait for them, so that nothing is sent twice")
        }
        guard balance > value else {
            throw SetupError(
                "\(sender.checksummed) has \(POLAmount(wei: balance)) POL, which does not pay \(POLAmount(wei: value)) POL and gas")
        }
        let gas = try await number(
            "eth_estimateGas", door,
            [
                "from": .string(sender.hex), "to": .string(to.hex), "value": .string(value.quantityHex), "data": .string(data.hex),
            ])
        guard let chainID = chain.asUInt64, let nonce = nonce.asUInt64, let gasLimit = gas.asUInt64 else {
            throw SetupError("the node's answers are out of range")
        }
        let transaction = Transaction(
            kind: .dynamicFee, chainID: chainID, nonce: nonce, gasPrice: base &+ base &+ tip, maxPriorityFeePerGas: tip,
            gasLimit: max(gasLimit, leastGas), to: to, value: value, data: data
        ).signed(by: key)
        let answer = try await door.call("eth_sendRawTransaction", [.string(transaction.encoded.hex)])
        guard let hash = answer.string else { throw SetupError("the node took the transaction and named no hash") }
        return hash
    }

    /// Waits until the transaction stands in a block, and tells the number of that.
    ///
    /// - Throws: `SetupError` where it was reverted, or is in no block after `patience`.
    static func inclusion(of hash: String, door: DoorClient, patience: Duration = .seconds(600)) async throws -> UInt256 {
        let deadline = ContinuousClock.now + patience
        let bar = ProgressBar("Waiting for a block")
        defer { bar.finish() }
        while ContinuousClock.now < deadline {
            let receipt = try await door.call("eth_getTransactionReceipt", [.string(hash)])
            if let block = receipt["blockNumber"]?.quantity {
                guard receipt["status"]?.quantity == UInt256(1) else {
                    throw SetupError("transaction \(hash) was reverted in block \(block)")
                }
                return block
            }
            bar.update(1 - (deadline - ContinuousClock.now) / patience)
            try await Task.sleep(for: .seconds(1))
        }
        throw SetupError(
            "transaction \(hash) is in no block after \(patience); it may still come: ask again with eth_getTransactionReceipt")
    }

    private func number(_ method: String, _ door: DoorClient, _ parameters: JSONValue...) async throws -> UInt256 {
        guard let number = try await door.call(method, parameters).quantity else {
            throw SetupError("\(door.url) answers \(method) with no number")
        }
        return number
    }
}
