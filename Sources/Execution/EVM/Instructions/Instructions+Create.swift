import Primitives

extension EVM {
    /// CREATE and CREATE2.
    mutating func prepareCreation(
        _ kind: Message.Kind, _ frame: UnsafeMutablePointer<CallFrame>,
        _ operands: UnsafeMutablePointer<UInt256>,
        depth: Int, _ gas: inout Int64
    ) -> CallPreparation {
        guard !frame.pointee.message.isStatic else { return .fails(.writeInStaticCall) }
        let isSalted = kind == .create2
        let salt = isSalted ? operands[0] : .zero
        let size = operands[isSalted ? 1 : 0]
        let offset = expand(frame, operands[isSalted ? 2 : 1], size, &gas)
        let value = operands[isSalted ? 3 : 2]
        guard gas >= 0 else { return .fails(.outOfGas) }
        let count = Int(truncatingIfNeeded: size.low)
        if revision >= .shanghai {
            guard count <= GasTable.maximumInitcodeSize else { return .fails(.initcodeTooLarge) }
            gas -= GasTable.initcodePerWord * GasTable.words(count)
        }
        if isSalted { gas -= GasTable.keccakPerWord * GasTable.words(count) }
        guard gas >= 0 else { return .fails(.outOfGas) }
        let own = frame.pointee.message.recipient
        let account = frame.pointee.account
        let nonce = state.entries[account].nonce
        guard depth + 1 <= GasTable.maximumDepth, value <= state.entries[account].balance,
            nonce < UInt64.max
        else {
            return .pushesZero
        }
        let passed = revision >= .tangerineWhistle ? gas - gas / 64 : gas
        gas -= passed
        state.setNonce(account, nonce + 1)
        let initcode = frame.pointee.memoryBytes(offset, count)
        let created =
            isSalted
            ? Self.createAddress(own, salt: salt, initcode: initcode)
            : Self.createAddress(own, nonce: nonce)
        let position = state.position(created)
        if revision >= .berlin { _ = state.warm(position) }
        return .proceeds(
            Message(
                kind: kind, gas: passed, recipient: created, caller: own, value: value, input: initcode))
    }
}
