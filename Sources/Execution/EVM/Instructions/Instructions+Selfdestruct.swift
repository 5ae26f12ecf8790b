import Primitives

extension EVM {
    /// SELFDESTRUCT (EIPs 150, 161, 2929, 3529, 6780).
    mutating func destroy(
        _ frame: UnsafeMutablePointer<CallFrame>, beneficiary: Address, _ gas: inout Int64
    ) -> EVMFailure? {
        guard !frame.pointee.message.isStatic else { return .writeInStaticCall }
        let account = frame.pointee.account
        let heir = state.position(beneficiary)
        if revision >= .berlin, state.warm(heir) { gas -= GasTable.coldAccount }
        let balance = state.entries[account].balance
        if revision >= .spuriousDragon {
            if !balance.isZero, state.isDead(heir) { gas -= GasTable.newAccount }
        } else if revision >= .tangerineWhistle, !state.entries[heir].exists {
            gas -= GasTable.newAccount
        }
        guard gas >= 0 else { return .outOfGas }
        if revision >= .cancun, !state.wasCreatedNow(account) {
            if heir != account {
                state.credit(balance, to: beneficiary)
                state.setBalance(account, .zero)
            }
            return nil
        }
        state.credit(balance, to: beneficiary)
        state.setBalance(account, .zero)
        if state.markDestroyed(account), revision < .london { state.refund += 24000 }
        return nil
    }
}
