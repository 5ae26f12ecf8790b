public import EVM

extension Transaction {
    /// What a transaction costs before its first instruction (Yellow Paper g0; EIPs 2, 2028, 2930, 3860, 7702).
    public func intrinsicGas(_ revision: EVMRevision) -> UInt64 {
        let zeros = data.reduce(0) { $1 == 0 ? $0 + 1 : $0 }
        var gas: UInt64 = 21000 + 4 * UInt64(zeros) + (revision >= .istanbul ? 16 : 68) * UInt64(data.count - zeros)
        if to == nil, revision >= .homestead { gas += 32000 }
        if to == nil, revision >= .shanghai { gas += 2 * UInt64((data.count + 31) / 32) }
        gas += 2400 * UInt64(accessList.count) + 1900 * accessList.reduce(0) { $0 + UInt64($1.slots.count) }
        return gas + 25000 * UInt64(authorizations.count)
    }

    /// The least that is charged in the end (EIP-7623).
    public func floorGas(_ revision: EVMRevision) -> UInt64 {
        guard revision >= .prague else { return 0 }
        let zeros = data.reduce(0) { $1 == 0 ? $0 + 1 : $0 }
        return 21000 + 10 * UInt64(zeros + 4 * (data.count - zeros))
    }
}
