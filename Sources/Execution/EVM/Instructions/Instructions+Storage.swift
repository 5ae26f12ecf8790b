import Primitives

extension EVM {
    /// Pays for looking at another account since Berlin (EIP-2929); before, the table's constant was the price.
    @inline(__always)
    mutating func chargeAccess(_ position: Int, _ gas: inout Int64) {
        guard revision >= .berlin else { return }
        gas &-= state.warm(position) ? GasTable.coldAccount : GasTable.warmAccess
    }

    /// Prices of SSTORE (EIPs 1283, 2200, 2929, 3529).
    private struct StoreGas {
        var unchanged: Int64
        var set: Int64 = 20000
        var reset: Int64 = 5000
        var clearRefund: Int64 = 15000
    }

    private var storeGas: StoreGas? {
        switch revision {
        case .london...: StoreGas(unchanged: 100, reset: 2900, clearRefund: 4800)
        case .berlin: StoreGas(unchanged: 100, reset: 2900)
        case .istanbul: StoreGas(unchanged: 800)
        case .constantinople: StoreGas(unchanged: 200)
        default: nil
        }
    }

    /// SLOAD.
    @inline(__always)
    mutating func loadSlot(_ account: Int, _ sp: UnsafeMutablePointer<UInt256>, _ gas: inout Int64) {
        let (value, isCold) = state.load(account, sp[-1])
        if revision >= .berlin { gas &-= isCold ? GasTable.coldSlot : GasTable.warmAccess }
        sp[-1] = value
    }

    /// SSTORE.
    mutating func storeSlot(
        _ frame: UnsafeMutablePointer<CallFrame>, _ key: UInt256, _ value: UInt256, _ gas: inout Int64
    ) -> EVMFailure? {
        guard !frame.pointee.message.isStatic else { return .writeInStaticCall }
        if revision >= .istanbul, gas <= GasTable.callStipend { return .outOfGas }
        let account = frame.pointee.account
        let (current, original, isCold) = state.loadForStore(account, key)
        if revision >= .berlin, isCold { gas -= GasTable.coldSlot }
        guard let prices = storeGas else {
            gas -= current.isZero && !value.isZero ? 20000 : 5000
            if gas < 0 { return .outOfGas }
            if !current.isZero, value.isZero { state.refund += 15000 }
            state.store(account, key, value)
            return nil
        }
        if current == value {
            gas -= prices.unchanged
            return gas < 0 ? .outOfGas : nil
        }
        gas -= current != original ? prices.unchanged : original.isZero ? prices.set : prices.reset
        if gas < 0 { return .outOfGas }
        state.refund += Self.refund(prices, original: original, current: current, value: value)
        state.store(account, key, value)
        return nil
    }

    private static func refund(
        _ prices: StoreGas, original: UInt256, current: UInt256, value: UInt256
    ) -> Int64 {
        if current == original { return !original.isZero && value.isZero ? prices.clearRefund : 0 }
        var refund: Int64 = 0
        if !original.isZero {
            if current.isZero {
                refund -= prices.clearRefund
            } else if value.isZero {
                refund += prices.clearRefund
            }
        }
        if value == original {
            refund += (original.isZero ? prices.set : prices.reset) - prices.unchanged
        }
        return refund
    }
}
