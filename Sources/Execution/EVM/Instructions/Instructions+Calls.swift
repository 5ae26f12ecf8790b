import Primitives

/// What an instruction that calls came to before the call.
enum CallPreparation {
    /// The frame ends.
    case fails(EVMFailure)
    /// The call is not made; the frame goes on.
    case pushesZero
    case proceeds(Message)
}

extension EVM {
    /// An instruction that calls or creates; `operands` points at the lowest of what it took from the stack.
    mutating func prepare(
        _ opcode: Opcode, _ frame: UnsafeMutablePointer<CallFrame>,
        _ operands: UnsafeMutablePointer<UInt256>, depth: Int,
        _ gas: inout Int64
    ) -> CallPreparation {
        switch opcode {
        case .create: prepareCreation(.create, frame, operands, depth: depth, &gas)
        case .create2: prepareCreation(.create2, frame, operands, depth: depth, &gas)
        case .callcode: prepareCall(.callcode, frame, operands, depth: depth, &gas)
        case .delegatecall: prepareCall(.delegatecall, frame, operands, depth: depth, &gas)
        case .staticcall: prepareCall(.staticcall, frame, operands, depth: depth, &gas)
        default: prepareCall(.call, frame, operands, depth: depth, &gas)
        }
    }

    /// CALL, CALLCODE, DELEGATECALL, STATICCALL. `operands` points at the lowest of them.
    mutating func prepareCall(
        _ kind: Message.Kind, _ frame: UnsafeMutablePointer<CallFrame>,
        _ operands: UnsafeMutablePointer<UInt256>, depth: Int,
        _ gas: inout Int64
    ) -> CallPreparation {
        let hasValue = kind == .call || kind == .callcode
        let (outputSize, outputOffset, inputSize, inputOffset) = (
            operands[0], operands[1], operands[2], operands[3]
        )
        let value = hasValue ? operands[4] : .zero
        let target = Self.address(operands[hasValue ? 5 : 4])
        let requested = operands[hasValue ? 6 : 5]
        if kind == .call, !value.isZero, frame.pointee.message.isStatic {
            return .fails(.writeInStaticCall)
        }
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
            let isNew =
                revision >= .spuriousDragon
                ? !value.isZero && state.isDead(position) : !state.entries[position].exists
            if isNew { gas -= GasTable.newAccount }
        }
        guard gas >= 0, var passed = passedGas(requested, gas) else { return .fails(.outOfGas) }
        gas -= passed
        if !value.isZero { passed += GasTable.callStipend }
        let own = frame.pointee.message
        if depth + 1 > GasTable.maximumDepth
            || (hasValue && value > state.entries[frame.pointee.account].balance)
        {
            gas += passed
            return .pushesZero
        }
        let delegated = kind == .delegatecall
        var message = Message(
            kind: kind, gas: passed,
            recipient: kind == .call || kind == .staticcall ? target : own.recipient,
            codeAddress: target, caller: delegated ? own.caller : own.recipient,
            value: delegated ? own.value : value,
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
}
