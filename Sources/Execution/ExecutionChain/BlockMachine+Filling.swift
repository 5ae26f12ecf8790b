public import Transactions

extension BlockMachine {
    /// The least gas that a transaction takes.
    private static let leastGas: UInt64 = 21_000

    /// Applies what `supply` gives as long as the block has gas. What does not fit or is not valid here is left out.
    ///
    /// - Returns: the envelopes of the transactions that the block now holds.
    public mutating func fill(from supply: inout any TransactionSupply) throws(BlockError) -> [[UInt8]] {
        var included: [[UInt8]] = []
        // EIP-7934: what a transaction takes beside its own bytes, and a header with withdrawals, fit the reserve.
        var bytesLeft = fork >= .osaka ? GasRules.maximumBlockSize - (64 << 10) : Int.max
        while header.gasLimit - gasUsed >= Self.leastGas, let next = supply.next() {
            guard next.transaction.gasLimit <= header.gasLimit - gasUsed, next.encoded.count + 4 <= bytesLeft else {
                supply.abandonSender()
                continue
            }
            do {
                _ = try apply(next.transaction, sender: next.sender)
                included.append(next.encoded)
                bytesLeft -= next.encoded.count + 4
            } catch {
                guard case .refused = error else { throw BlockError(error, index: included.count) }
                supply.abandonSender()
            }
        }
        return included
    }
}
