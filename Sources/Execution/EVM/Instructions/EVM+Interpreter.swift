import Primitives

/// Why the interpreter left a frame.
enum FrameExit {
    /// The frame waits for the result of a call.
    case calls(Message)
    /// The frame ended; its output lies in its memory.
    case ends(EVMFailure?, offset: Int, size: Int)
}

// One switch over all instructions, so that the program counter, the gas and the top of the stack stay in registers. What
// an instruction does stands in the files `Instructions+….swift`, by kind, and is inlined here.
extension EVM {
    /// Runs a frame until it ends or calls. Operands: `sp[-1]` is the top of the stack.
    mutating func run<T: Tracer>(
        _ frame: UnsafeMutablePointer<CallFrame>, depth: Int, tracer: inout T
    ) -> FrameExit {
        let code = frame.pointee.code
        let codeStart = UnsafePointer(code.bytes)
        let base = frame.pointee.stack
        let table = table
        let account = frame.pointee.account
        var pc = codeStart + frame.pointee.pc
        var sp = frame.pointee.top
        var gas = frame.pointee.gas
        var failure = EVMFailure.outOfGas
        loop: while true {
            let byte = pc.pointee
            let operation = table[Int(byte)]
            let height = sp - base
            if T.isActive {
                tracer.step(
                    TraceStep(
                        pc: pc - codeStart, opcode: byte, gas: gas, depth: depth, refund: state.refund,
                        address: frame.pointee.message.recipient,
                        stack: UnsafeBufferPointer(start: base, count: height),
                        memory: UnsafeRawBufferPointer(
                            start: frame.pointee.memory, count: frame.pointee.memorySize)))
            }
            guard UInt(bitPattern: height &- Int(operation.needs)) <= UInt(operation.room) else {
                failure = Self.stackFailure(operation, height: height)
                break loop
            }
            gas &-= Int64(operation.gas)
            if gas < 0 { break loop }
            switch Opcode(byte) {
            // MARK: Arithmetic
            case .add: Self.binary(&sp) { $0 &+ $1 }
            case .mul: Self.binary(&sp) { $0 &* $1 }
            case .sub: Self.binary(&sp) { $0 &- $1 }
            case .div: Self.binary(&sp) { $0.quotientAndRemainder(dividingBy: $1)?.quotient ?? .zero }
            case .sdiv: Self.binary(&sp) { $0.signedQuotient($1) }
            case .mod: Self.binary(&sp) { $0.quotientAndRemainder(dividingBy: $1)?.remainder ?? .zero }
            case .smod: Self.binary(&sp) { $0.signedRemainder($1) }
            case .addmod: Self.ternary(&sp) { $0.adding($1, modulo: $2) }
            case .mulmod: Self.ternary(&sp) { $0.multiplying($1, modulo: $2) }
            case .exp:
                exponentiate(&sp, &gas)
                if gas < 0 { break loop }
            case .signextend: Self.binary(&sp) { Self.signExtend($1, from: $0) }

            // MARK: Comparison and bits
            case .lt: Self.binary(&sp) { Self.truth($0 < $1) }
            case .gt: Self.binary(&sp) { Self.truth($0 > $1) }
            case .slt: Self.binary(&sp) { Self.truth($0.isSignedLess(than: $1)) }
            case .sgt: Self.binary(&sp) { Self.truth($1.isSignedLess(than: $0)) }
            case .eq: Self.binary(&sp) { Self.truth($0 == $1) }
            case .iszero: sp[-1] = Self.truth(sp[-1].isZero)
            case .and: Self.binary(&sp) { $0 & $1 }
            case .or: Self.binary(&sp) { $0 | $1 }
            case .xor: Self.binary(&sp) { $0 ^ $1 }
            case .not: sp[-1] = ~sp[-1]
            case .byte: Self.binary(&sp) { Self.byte($0, of: $1) }
            case .shl: Self.binary(&sp) { $1 << Self.distance($0) }
            case .shr: Self.binary(&sp) { $1 >> Self.distance($0) }
            case .sar: Self.binary(&sp) { $1.arithmeticShiftRight(Self.distance($0)) }
            case .clz: sp[-1] = UInt256(UInt64(sp[-1].leadingZeroBitCount))
            case .keccak256:
                keccak(frame, &sp, &gas)
                if gas < 0 { break loop }

            // MARK: Environment
            case .address: Self.push(&sp, Self.word(frame.pointee.message.recipient))
            case .balance:
                balance(sp, &gas)
                if gas < 0 { break loop }
            case .origin: Self.push(&sp, Self.word(transaction.origin))
            case .caller: Self.push(&sp, Self.word(frame.pointee.message.caller))
            case .callvalue: Self.push(&sp, frame.pointee.message.value)
            case .calldataload: callDataLoad(frame, sp)
            case .calldatasize: Self.push(&sp, UInt256(UInt64(frame.pointee.message.input.count)))
            case .calldatacopy:
                callDataCopy(frame, &sp, &gas)
                if gas < 0 { break loop }
            case .codesize: Self.push(&sp, UInt256(UInt64(code.count)))
            case .codecopy:
                codeCopy(frame, code, &sp, &gas)
                if gas < 0 { break loop }
            case .gasprice: Self.push(&sp, transaction.gasPrice)
            case .extcodesize:
                externalCodeSize(sp, &gas)
                if gas < 0 { break loop }
            case .extcodecopy:
                externalCodeCopy(frame, &sp, &gas)
                if gas < 0 { break loop }
            case .extcodehash:
                externalCodeHash(sp, &gas)
                if gas < 0 { break loop }
            case .returndatasize: Self.push(&sp, UInt256(UInt64(frame.pointee.returnData.count)))
            case .returndatacopy:
                if let refused = returnDataCopy(frame, &sp, &gas) {
                    failure = refused
                    break loop
                }

            // MARK: Block
            case .blockhash: sp[-1] = blockHash(sp[-1])
            case .coinbase: Self.push(&sp, Self.word(block.coinbase))
            case .timestamp: Self.push(&sp, UInt256(block.timestamp))
            case .number: Self.push(&sp, UInt256(block.number))
            case .prevrandao: Self.push(&sp, block.prevRandao)
            case .gaslimit: Self.push(&sp, UInt256(block.gasLimit))
            case .chainid: Self.push(&sp, UInt256(block.chainID))
            case .selfbalance: Self.push(&sp, state.entries[account].balance)
            case .basefee: Self.push(&sp, block.baseFee)
            case .blobhash: blobHash(sp)
            case .blobbasefee: Self.push(&sp, block.blobBaseFee)

            // MARK: Memory, storage, flow
            case .pop: sp -= 1
            case .mload:
                let offset = expand(frame, sp[-1], 32, &gas)
                if gas < 0 { break loop }
                sp[-1] = Self.load(frame.pointee.memory + offset)
            case .mstore:
                sp -= 2
                let offset = expand(frame, sp[1], 32, &gas)
                if gas < 0 { break loop }
                Self.store(sp[0], frame.pointee.memory + offset)
            case .mstore8:
                sp -= 2
                let offset = expand(frame, sp[1], 1, &gas)
                if gas < 0 { break loop }
                (frame.pointee.memory + offset).storeBytes(
                    of: UInt8(truncatingIfNeeded: sp[0].low), as: UInt8.self)
            case .mcopy:
                memoryCopy(frame, &sp, &gas)
                if gas < 0 { break loop }
            case .sload:
                loadSlot(account, sp, &gas)
                if gas < 0 { break loop }
            case .sstore:
                sp -= 2
                if let refused = storeSlot(frame, sp[1], sp[0], &gas) {
                    failure = refused
                    break loop
                }
            case .tload: sp[-1] = state.transientValue(account, sp[-1])
            case .tstore:
                sp -= 2
                guard !frame.pointee.message.isStatic else {
                    failure = .writeInStaticCall
                    break loop
                }
                state.setTransient(account, sp[1], sp[0])
            case .jump:
                sp -= 1
                guard let target = code.jumpTarget(sp[0]) else {
                    failure = .invalidJump
                    break loop
                }
                pc = codeStart + target
                continue loop
            case .jumpi:
                sp -= 2
                if !sp[0].isZero {
                    guard let target = code.jumpTarget(sp[1]) else {
                        failure = .invalidJump
                        break loop
                    }
                    pc = codeStart + target
                    continue loop
                }
            case .jumpdest: break
            case .pc: Self.push(&sp, UInt256(UInt64(pc - codeStart)))
            case .msize: Self.push(&sp, UInt256(UInt64(frame.pointee.memorySize)))
            case .gas: Self.push(&sp, UInt256(UInt64(gas)))

            // MARK: Stack
            case .push0: Self.push(&sp, .zero)
            case .push1: Self.push(&sp, &pc, bytes: 1)
            case .push2: Self.push(&sp, &pc, bytes: 2)
            case .push3: Self.push(&sp, &pc, bytes: 3)
            case .push4: Self.push(&sp, &pc, bytes: 4)
            case .push5: Self.push(&sp, &pc, bytes: 5)
            case .push6: Self.push(&sp, &pc, bytes: 6)
            case .push7: Self.push(&sp, &pc, bytes: 7)
            case .push8: Self.push(&sp, &pc, bytes: 8)
            case .push9: Self.push(&sp, &pc, bytes: 9)
            case .push10: Self.push(&sp, &pc, bytes: 10)
            case .push11: Self.push(&sp, &pc, bytes: 11)
            case .push12: Self.push(&sp, &pc, bytes: 12)
            case .push13: Self.push(&sp, &pc, bytes: 13)
            case .push14: Self.push(&sp, &pc, bytes: 14)
            case .push15: Self.push(&sp, &pc, bytes: 15)
            case .push16: Self.push(&sp, &pc, bytes: 16)
            case .push17: Self.push(&sp, &pc, bytes: 17)
            case .push18: Self.push(&sp, &pc, bytes: 18)
            case .push19: Self.push(&sp, &pc, bytes: 19)
            case .push20: Self.push(&sp, &pc, bytes: 20)
            case .push21: Self.push(&sp, &pc, bytes: 21)
            case .push22: Self.push(&sp, &pc, bytes: 22)
            case .push23: Self.push(&sp, &pc, bytes: 23)
            case .push24: Self.push(&sp, &pc, bytes: 24)
            case .push25: Self.push(&sp, &pc, bytes: 25)
            case .push26: Self.push(&sp, &pc, bytes: 26)
            case .push27: Self.push(&sp, &pc, bytes: 27)
            case .push28: Self.push(&sp, &pc, bytes: 28)
            case .push29: Self.push(&sp, &pc, bytes: 29)
            case .push30: Self.push(&sp, &pc, bytes: 30)
            case .push31: Self.push(&sp, &pc, bytes: 31)
            case .push32: Self.push(&sp, &pc, bytes: 32)
            case .dup1: Self.push(&sp, sp[-1])
            case .dup2: Self.push(&sp, sp[-2])
            case .dup3: Self.push(&sp, sp[-3])
            case .dup4: Self.push(&sp, sp[-4])
            case .dup5: Self.push(&sp, sp[-5])
            case .dup6: Self.push(&sp, sp[-6])
            case .dup7: Self.push(&sp, sp[-7])
            case .dup8: Self.push(&sp, sp[-8])
            case .dup9: Self.push(&sp, sp[-9])
            case .dup10: Self.push(&sp, sp[-10])
            case .dup11: Self.push(&sp, sp[-11])
            case .dup12: Self.push(&sp, sp[-12])
            case .dup13: Self.push(&sp, sp[-13])
            case .dup14: Self.push(&sp, sp[-14])
            case .dup15: Self.push(&sp, sp[-15])
            case .dup16: Self.push(&sp, sp[-16])
            case .swap1: Self.swap(sp, 1)
            case .swap2: Self.swap(sp, 2)
            case .swap3: Self.swap(sp, 3)
            case .swap4: Self.swap(sp, 4)
            case .swap5: Self.swap(sp, 5)
            case .swap6: Self.swap(sp, 6)
            case .swap7: Self.swap(sp, 7)
            case .swap8: Self.swap(sp, 8)
            case .swap9: Self.swap(sp, 9)
            case .swap10: Self.swap(sp, 10)
            case .swap11: Self.swap(sp, 11)
            case .swap12: Self.swap(sp, 12)
            case .swap13: Self.swap(sp, 13)
            case .swap14: Self.swap(sp, 14)
            case .swap15: Self.swap(sp, 15)
            case .swap16: Self.swap(sp, 16)

            // MARK: Logs, calls, ends
            case .log0, .log1, .log2, .log3, .log4:
                let topics = Int(byte - Opcode.log0.rawValue)
                sp -= topics + 2
                if let refused = appendLog(frame, sp, topics: topics, &gas) {
                    failure = refused
                    break loop
                }
                if T.isActive, let log = state.logs.last { tracer.log(log) }
            case .create, .create2, .call, .callcode, .delegatecall, .staticcall:
                sp -= Int(operation.needs)
                switch prepare(Opcode(byte), frame, sp, depth: depth, &gas) {
                case .fails(let reason):
                    failure = reason
                    break loop
                case .pushesZero:
                    Self.push(&sp, .zero)
                    frame.pointee.returnData = []
                case .proceeds(let message):
                    frame.pointee.pc = pc - codeStart + 1
                    frame.pointee.top = sp
                    frame.pointee.gas = gas
                    return .calls(message)
                }
            case .stop:
                frame.pointee.gas = gas
                return .ends(nil, offset: 0, size: 0)
            case .return, .revert:
                sp -= 2
                let size = Int(truncatingIfNeeded: sp[0].low)
                let offset = expand(frame, sp[1], sp[0], &gas)
                if gas < 0 { break loop }
                frame.pointee.gas = gas
                return .ends(Opcode(byte) == .return ? nil : .reverted, offset: offset, size: size)
            case .selfdestruct:
                sp -= 1
                let owned = T.isActive ? state.entries[account].balance : .zero
                if let refused = destroy(frame, beneficiary: Self.address(sp[0]), &gas) {
                    failure = refused
                    break loop
                }
                if T.isActive {
                    tracer.selfdestruct(
                        frame.pointee.message.recipient, beneficiary: Self.address(sp[0]), balance: owned)
                }
                frame.pointee.gas = gas
                return .ends(nil, offset: 0, size: 0)
            default:
                // INVALID, and bytes that no fork defines; the table refuses those before they come here.
                failure = .undefinedInstruction
                break loop
            }
            pc += 1
        }
        frame.pointee.gas = 0
        return .ends(failure, offset: 0, size: 0)
    }

    private static func stackFailure(_ operation: Operation, height: Int) -> EVMFailure {
        if operation.needs > Int16(CallFrame.stackLimit) { return .undefinedInstruction }
        return height < Int(operation.needs) ? .stackUnderflow : .stackOverflow
    }
}
