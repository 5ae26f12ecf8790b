public import Primitives

extension EVM {
    @inline(__always) func precompile(at address: Address) -> Precompile? {
        if let precompileTable { return precompileTable[address] }
        return Precompile(address, revision)
    }

    /// Whether a precompile answers at the address.
    public func isPrecompile(_ address: Address) -> Bool { precompile(at: address) != nil }

    /// Lets the precompile at `address` answer at `target`, for calls that no block will hold. What answered there is gone.
    public mutating func copyPrecompile(at address: Address, to target: Address) {
        prepareTable()
        let moved = precompileTable?[address]
        precompileTable?[target] = moved
    }

    /// Lets no precompile answer at `address` any more.
    public mutating func removePrecompile(at address: Address) {
        prepareTable()
        precompileTable?[address] = nil
    }

    private mutating func prepareTable() {
        guard precompileTable == nil else { return }
        let active = Precompile.allCases.filter { $0.since <= revision }
        precompileTable = Dictionary(uniqueKeysWithValues: active.map { ($0.address, $0) })
    }
}
