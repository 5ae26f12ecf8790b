public import Primitives
import RLP

/// What an instruction that calls came to before the call.
enum CallPreparation {
    /// The frame ends.
    case fails(EVMFailure)
    /// The call is not made; the frame goes on.
    case pushesZero
    case proceeds(Message)
}

extension EVM {
    /// CALL, CALLCODE, DELEGATECALL, STATICCALL. `operands` points at the lowest of them.
    mutating func prepareCall(
        _ kind: Message.Kind, _ frame: UnsafeMutablePointer<CallFrame>, _ operands: UnsafeMutablePointer<UInt256>, depth: Int,
        _ gas: inout Int64
    ) -> CallPreparation {
        let hasValue = kind == .call || kind == .callcode
        let (outputSize, outputOffset, inputSize, inputOffset) = (operands[0], operands[1], operands[2], operands[3])
        let value = hasValue ? operands[4] : .zero
        let target = Self.address(operands[hasValue ? 5 : 4])
        let requested = operands[hasValue ? 6 : 5]
        if kind == .call, !value.isZero, frame.pointee.message.isStatic { return .fails(.writeInStaticCall) }
        let input = expand(frame, inputOffset, inputSize, &gas)
        guard gas >= 0 else { return .fails(.outOfGas) }
        let output = expand(frame, outputOffset, outputSize, &gas)
        guard gas >= 0 else { return .fails(.outOfGas) }
        let position = state.position(target)
        chargeAccess(position, &gas)
        if !value.isZero { gas -= GasTable.callValue }
        guard gas >= 0 else { return .fails(.outOfGas) }
        if revision >= .prague, let delegate = state.code(position).delegate {
            chargeAccess(state.position(delegate), &gas)
        }
        if kind == .call {
            let isNew = revision >= .spuriousDragon ? !value.isZero && state.isDead(position) : !state.entries[position].exists
            if isNew { gas -= GasTable.newAccount }
        }
        guard gas >= 0, var passed = passedGas(requested, gas) else { return .fails(.outOfGas) }
        gas -= passed
        if !value.isZero { passed += GasTable.callStipend }
        let own = frame.pointee.message
        if depth + 1 > GasTable.maximumDepth || (hasValue && value > state.entries[frame.pointee.account].balance) {
            gas += passed
            return .pushesZero
        }
        let delegated = kind == .delegatecall
        var message = Message(
            kind: kind, gas: passed, recipient: kind == .call || kind == .staticcall ? target : own.recipient,
            codeAddress: target, caller: delegated ? own.caller : own.recipient, value: delegated ? own.value : value,
            input: frame.pointee.memoryBytes(input, Int(truncatingIfNeeded: inputSize.low)),
            isStatic: own.isStatic || kind == .staticcall)
        message.outputOffset = output
        message.outputSize = Int(truncatingIfNeeded: outputSize.low)
        return .proceeds(message)
    }

    /// The gas that a call gets: what it asks for, since EIP-150 at most all but one 64th; `nil` when there is less.
    private func passedGas(_ requested: UInt256, _ gas: Int64) -> Int64? {
        let wanted = requested.asUInt64.flatMap { Int64(exactly: $0) } ?? .max
        if revision >= .tangerineWhistle { return min(wanted, gas - gas / 64) }
        return wanted <= gas ? wanted : nil
    }

    /// CREATE and CREATE2.
    mutating func prepareCreation(
        _ kind: Message.Kind, _ frame: UnsafeMutablePointer<CallFrame>, _ operands: UnsafeMutablePointer<UInt256>,
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
        guard depth + 1 <= GasTable.maximumDepth, value <= state.entries[account].balance, nonce < UInt64.max else {
            return .pushesZero
        }
        let passed = revision >= .tangerineWhistle ? gas - gas / 64 : gas
        gas -= passed
        state.setNonce(account, nonce + 1)
        let initcode = frame.pointee.memoryBytes(offset, count)
        let created =
            isSalted ? Self.createAddress(own, salt: salt, initcode: initcode) : Self.createAddress(own, nonce: nonce)
        let position = state.position(created)
        if revision >= .berlin { _ = state.warm(position) }
        return .proceeds(Message(kind: kind, gas: passed, recipient: created, caller: own, value: value, input: initcode))
    }

    /// The address of a contract that `sender` creates with its nonce.
    public static func createAddress(_ sender: Address, nonce: UInt64) -> Address {
        let encoded = RLPEncoder.list { list in
            list.append(sender)
            list.append(nonce)
        }
        return Address(Keccak256.hash(encoded).bytes.suffix(20)) ?? .zero
    }

    /// The address of a contract made by CREATE2 (EIP-1014).
    public static func createAddress(_ sender: Address, salt: UInt256, initcode: [UInt8]) -> Address {
        let preimage = [0xff] + sender.bytes + salt.bigEndianHash.bytes + Keccak256.hash(initcode).bytes
        return Address(Keccak256.hash(preimage).bytes.suffix(20)) ?? .zero
    }
}
