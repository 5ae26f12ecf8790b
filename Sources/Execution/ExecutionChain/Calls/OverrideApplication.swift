import EVM
import Primitives
import Transactions

extension EVM {
    /// Pretends that accounts are others than they are, and that precompiles answer elsewhere.
    ///
    /// - Parameter isLasting: whether what is pretended counts as the state that later blocks find.
    mutating func pretend(_ accounts: [Address: StateOverride], isLasting: Bool = false) throws(TransactionError) {
        // In the order of their addresses, as geth does, so that the first fault is always the same.
        let sorted = accounts.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
        var taken: Set<Address> = []
        for (address, override) in sorted {
            guard !taken.contains(address) else {
                throw .impossibleOverride("account \(address.checksummed) has already been overridden by a precompile")
            }
            if let target = override.movesPrecompileTo {
                guard isPrecompile(address) else { throw .impossibleOverride("account \(address.checksummed) is not a precompile") }
                guard accounts[target] == nil else {
                    throw .impossibleOverride("account \(target.checksummed) is already overridden")
                }
                copyPrecompile(at: address, to: target)
                taken.insert(target)
            }
            if isPrecompile(address) { removePrecompile(at: address) }
            state.override(
                address, balance: override.balance, nonce: override.nonce, code: override.code, slots: override.slots,
                replacesStorage: override.replacesStorage, isLasting: isLasting)
        }
    }
}
