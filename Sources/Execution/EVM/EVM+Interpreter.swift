import Primitives

/// Why the interpreter left a frame.
enum FrameExit {
    /// The frame waits for the result of a call.
    case calls(Message)
    /// The frame ended; its output lies in its memory.
    case ends(EVMFailure?, offset: Int, size: Int)
}

// Longer than other files because all short instructions stand in one switch: the program counter, the gas and the top
// of the stack stay in registers only inside one function.
extension EVM {
    /// Runs a frame until it ends or calls. Operands: `sp[-1]` is the top of the stack.
    mutating func run<T: Tracer>(_ frame: UnsafeMutablePointer<CallFrame>, depth: Int, tracer: inout T) -> FrameExit {
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
                        address: frame.pointee.message.recipient, stack: UnsafeBufferPointer(start: base, count: height),
                        memory: UnsafeRawBufferPointer(start: frame.pointee.memory, count: frame.pointee.memorySize)))
            }
            guard UInt(bitPattern: height &- Int(operation.needs)) <= UInt(operation.room) else {
                failure = Self.stackFailure(operation, height: height)
                break loop
            }
            gas &-= Int64(operation.gas)
            if gas < 0 { break loop }
            switch Opcode(byte) {
            case .stop:
                frame.pointee.gas = gas
                return .ends(nil, offset: 0, size: 0)

            // MARK: Arithmetic
            case .add:
                sp -= 1
                sp[-1] = sp[0] &+ sp[-1]
            case .mul:
                sp -= 1
                sp[-1] = sp[0] &* sp[-1]
            case .sub:
                sp -= 1
                sp[-1] = sp[0] &- sp[-1]
            case .div:
                sp -= 1
                sp[-1] = sp[0].quotientAndRemainder(dividingBy: sp[-1])?.quotient ?? .zero
            case .sdiv:
                sp -= 1
                sp[-1] = sp[0].signedQuotient(sp[-1])
            case .mod:
                sp -= 1
                sp[-1] = sp[0].quotientAndRemainder(dividingBy: sp[-1])?.remainder ?? .zero
            case .smod:
                sp -= 1
                sp[-1] = sp[0].signedRemainder(sp[-1])
            case .addmod:
                sp -= 2
                sp[-1] = sp[1].adding(sp[0], modulo: sp[-1])
            case .mulmod:
                sp -= 2
                sp[-1] = sp[1].multiplying(sp[0], modulo: sp[-1])
            case .exp:
                sp -= 1
                let exponent = sp[-1]
                let bytes = (263 - exponent.leadingZeroBitCount) / 8
                gas &-= Int64(bytes) * (revision >= .spuriousDragon ? 50 : 10)
                if gas < 0 { break loop }
                sp[-1] = sp[0].power(exponent)
            case .signextend:
                sp -= 1
                if let index = sp[0].asUInt64, index < 31 { sp[-1] = sp[-1].signExtended(fromByte: Int(index)) }

            // MARK: Comparison and bits
            case .lt:
                sp -= 1
                sp[-1] = Self.truth(sp[0] < sp[-1])
            case .gt:
                sp -= 1
                sp[-1] = Self.truth(sp[0] > sp[-1])
            case .slt:
                sp -= 1
                sp[-1] = Self.truth(sp[0].isSignedLess(than: sp[-1]))
            case .sgt:
                sp -= 1
                sp[-1] = Self.truth(sp[-1].isSignedLess(than: sp[0]))
            case .eq:
                sp -= 1
                sp[-1] = Self.truth(sp[0] == sp[-1])
            case .iszero: sp[-1] = Self.truth(sp[-1].isZero)
            case .and:
                sp -= 1
                sp[-1] = sp[0] & sp[-1]
            case .or:
                sp -= 1
                sp[-1] = sp[0] | sp[-1]
            case .xor:
                sp -= 1
                sp[-1] = sp[0] ^ sp[-1]
            case .not: sp[-1] = ~sp[-1]
            case .byte:
                sp -= 1
                if let index = sp[0].asUInt64, index < 32 {
                    sp[-1] = (sp[-1] >> (248 - 8 * Int(index))) & 0xff
                } else {
                    sp[-1] = .zero
                }
            case .shl:
                sp -= 1
                sp[-1] = sp[-1] << Self.shift(sp[0])
            case .shr:
                sp -= 1
                sp[-1] = sp[-1] >> Self.shift(sp[0])
            case .sar:
                sp -= 1
                sp[-1] = sp[-1].arithmeticShiftRight(Self.shift(sp[0]))
            case .clz: sp[-1] = UInt256(UInt64(sp[-1].leadingZeroBitCount))
            case .keccak256:
                sp -= 1
                let size = sp[-1]
                let offset = expand(frame, sp[0], size, &gas)
                gas &-= GasTable.keccakPerWord &* GasTable.words(Int(truncatingIfNeeded: size.low))
                if gas < 0 { break loop }
                let count = Int(truncatingIfNeeded: size.low)
                sp[-1] = UInt256(bigEndian: Keccak256.hash(UnsafeRawBufferPointer(start: frame.pointee.memory + offset, count: count)))

            // MARK: Environment
            case .address:
                sp.pointee = Self.word(frame.pointee.message.recipient)
                sp += 1
            case .balance:
                let position = state.position(Self.address(sp[-1]))
                chargeAccess(position, &gas)
                if gas < 0 { break loop }
                sp[-1] = state.entries[position].balance
            case .origin:
                sp.pointee = Self.word(transaction.origin)
                sp += 1
            case .caller:
                sp.pointee = Self.word(frame.pointee.message.caller)
                sp += 1
            case .callvalue:
                sp.pointee = frame.pointee.message.value
                sp += 1
            case .calldataload:
                let offset = sp[-1]
                sp[-1] = frame.pointee.message.input.withUnsafeBytes { input in
                    guard let start = offset.asUInt64, start < UInt64(input.count), let base = input.baseAddress else { return .zero }
                    if input.count - Int(start) >= 32 { return Self.load(base + Int(start)) }
                    var word = Hash32()
                    word.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[Int(start)...])) }
                    return UInt256(bigEndian: word)
                }
            case .calldatasize:
                sp.pointee = UInt256(UInt64(frame.pointee.message.input.count))
                sp += 1
            case .calldatacopy:
                sp -= 3
                let offset = expandForCopy(frame, sp[2], sp[0], &gas)
                if gas < 0 { break loop }
                let count = Int(truncatingIfNeeded: sp[0].low)
                let (source, target) = (sp[1], frame.pointee.memory + offset)
                frame.pointee.message.input.withUnsafeBytes { Self.copy($0, from: source, to: target, count: count) }
            case .codesize:
                sp.pointee = UInt256(UInt64(code.count))
                sp += 1
            case .codecopy:
                sp -= 3
                let offset = expandForCopy(frame, sp[2], sp[0], &gas)
                if gas < 0 { break loop }
                Self.copy(
                    UnsafeRawBufferPointer(start: codeStart, count: code.count), from: sp[1], to: frame.pointee.memory + offset,
                    count: Int(truncatingIfNeeded: sp[0].low))
            case .gasprice:
                sp.pointee = transaction.gasPrice
                sp += 1
            case .extcodesize:
                let position = state.position(Self.address(sp[-1]))
                chargeAccess(position, &gas)
                if gas < 0 { break loop }
                sp[-1] = UInt256(UInt64(state.code(position).count))
            case .extcodecopy:
                sp -= 4
                let offset = expandForCopy(frame, sp[2], sp[0], &gas)
                let position = state.position(Self.address(sp[3]))
                chargeAccess(position, &gas)
                if gas < 0 { break loop }
                let other = state.code(position)
                Self.copy(
                    UnsafeRawBufferPointer(start: other.bytes, count: other.count), from: sp[1],
                    to: frame.pointee.memory + offset, count: Int(truncatingIfNeeded: sp[0].low))
            case .extcodehash:
                let position = state.position(Self.address(sp[-1]))
                chargeAccess(position, &gas)
                if gas < 0 { break loop }
                sp[-1] = state.isDead(position) ? .zero : UInt256(bigEndian: state.entries[position].codeHash)
            case .returndatasize:
                sp.pointee = UInt256(UInt64(frame.pointee.returnData.count))
                sp += 1
            case .returndatacopy:
                sp -= 3
                let offset = expandForCopy(frame, sp[2], sp[0], &gas)
                if gas < 0 { break loop }
                let (source, size) = (sp[1], sp[0])
                let (end, overflow) = source.addingReportingOverflow(size)
                guard !overflow, end <= UInt256(UInt64(frame.pointee.returnData.count)) else {
                    failure = .returnDataOutOfBounds
                    break loop
                }
                let target = frame.pointee.memory + offset
                frame.pointee.returnData.withUnsafeBytes {
                    Self.copy($0, from: source, to: target, count: Int(truncatingIfNeeded: size.low))
                }

            // MARK: Block
            case .blockhash: sp[-1] = blockHash(sp[-1])
            case .coinbase:
                sp.pointee = Self.word(block.coinbase)
                sp += 1
            case .timestamp:
                sp.pointee = UInt256(block.timestamp)
                sp += 1
            case .number:
                sp.pointee = UInt256(block.number)
                sp += 1
            case .prevrandao:
                sp.pointee = block.prevRandao
                sp += 1
            case .gaslimit:
                sp.pointee = UInt256(block.gasLimit)
                sp += 1
            case .chainid:
                sp.pointee = UInt256(block.chainID)
                sp += 1
            case .selfbalance:
                sp.pointee = state.entries[account].balance
                sp += 1
            case .basefee:
                sp.pointee = block.baseFee
                sp += 1
            case .blobhash:
                if let index = sp[-1].asUInt64, index < UInt64(transaction.blobHashes.count) {
                    sp[-1] = UInt256(bigEndian: transaction.blobHashes[Int(index)])
                } else {
                    sp[-1] = .zero
                }
            case .blobbasefee:
                sp.pointee = block.blobBaseFee
                sp += 1

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
                (frame.pointee.memory + offset).storeBytes(of: UInt8(truncatingIfNeeded: sp[0].low), as: UInt8.self)
            case .sload:
                let (value, isCold) = state.load(account, sp[-1])
                if revision >= .berlin {
                    gas &-= isCold ? GasTable.coldSlot : GasTable.warmAccess
                    if gas < 0 { break loop }
                }
                sp[-1] = value
            case .sstore:
                sp -= 2
                if let refused = storeSlot(frame, sp[1], sp[0], &gas) {
                    failure = refused
                    break loop
                }
            case .jump:
                sp -= 1
                guard let target = sp[0].asUInt64, target < UInt64(code.count), code.isJumpDestination(Int(target)) else {
                    failure = .invalidJump
                    break loop
                }
                pc = codeStart + Int(target)
                continue loop
            case .jumpi:
                sp -= 2
                if !sp[0].isZero {
                    guard let target = sp[1].asUInt64, target < UInt64(code.count), code.isJumpDestination(Int(target)) else {
                        failure = .invalidJump
                        break loop
                    }
                    pc = codeStart + Int(target)
                    continue loop
                }
            case .pc:
                sp.pointee = UInt256(UInt64(pc - codeStart))
                sp += 1
            case .msize:
                sp.pointee = UInt256(UInt64(frame.pointee.memorySize))
                sp += 1
            case .gas:
                sp.pointee = UInt256(UInt64(gas))
                sp += 1
            case .jumpdest: break
            case .tload: sp[-1] = state.transientValue(account, sp[-1])
            case .tstore:
                sp -= 2
                guard !frame.pointee.message.isStatic else {
                    failure = .writeInStaticCall
                    break loop
                }
                state.setTransient(account, sp[1], sp[0])
            case .mcopy:
                sp -= 3
                let offset = expandForCopy(frame, max(sp[2], sp[1]), sp[0], &gas)
                if gas < 0 { break loop }
                let count = Int(truncatingIfNeeded: sp[0].low)
                if count > 0 {
                    let other = Int(truncatingIfNeeded: min(sp[2], sp[1]).low)
                    let (target, source) = sp[2] > sp[1] ? (offset, other) : (other, offset)
                    (frame.pointee.memory + target).copyMemory(from: frame.pointee.memory + source, byteCount: count)
                }

            // MARK: Stack
            case .push0:
                sp.pointee = .zero
                sp += 1
            case .push1:
                sp.pointee = UInt256(high: 0, low: UInt128(pc[1]))
                sp += 1
                pc += 1
            case .push2:
                sp.pointee = UInt256(high: 0, low: UInt128(UInt16(pc[1]) << 8 | UInt16(pc[2])))
                sp += 1
                pc += 2
            case .push3:
                sp.pointee = Self.load(pc + 1) >> 232
                sp += 1
                pc += 3
            case .push4:
                sp.pointee = Self.load(pc + 1) >> 224
                sp += 1
                pc += 4
            case .push5:
                sp.pointee = Self.load(pc + 1) >> 216
                sp += 1
                pc += 5
            case .push6:
                sp.pointee = Self.load(pc + 1) >> 208
                sp += 1
                pc += 6
            case .push7:
                sp.pointee = Self.load(pc + 1) >> 200
                sp += 1
                pc += 7
            case .push8:
                sp.pointee = Self.load(pc + 1) >> 192
                sp += 1
                pc += 8
            case .push9:
                sp.pointee = Self.load(pc + 1) >> 184
                sp += 1
                pc += 9
            case .push10:
                sp.pointee = Self.load(pc + 1) >> 176
                sp += 1
                pc += 10
            case .push11:
                sp.pointee = Self.load(pc + 1) >> 168
                sp += 1
                pc += 11
            case .push12:
                sp.pointee = Self.load(pc + 1) >> 160
                sp += 1
                pc += 12
            case .push13:
                sp.pointee = Self.load(pc + 1) >> 152
                sp += 1
                pc += 13
            case .push14:
                sp.pointee = Self.load(pc + 1) >> 144
                sp += 1
                pc += 14
            case .push15:
                sp.pointee = Self.load(pc + 1) >> 136
                sp += 1
                pc += 15
            case .push16:
                sp.pointee = Self.load(pc + 1) >> 128
                sp += 1
                pc += 16
            case .push17:
                sp.pointee = Self.load(pc + 1) >> 120
                sp += 1
                pc += 17
            case .push18:
                sp.pointee = Self.load(pc + 1) >> 112
                sp += 1
                pc += 18
            case .push19:
                sp.pointee = Self.load(pc + 1) >> 104
                sp += 1
                pc += 19
            case .push20:
                sp.pointee = Self.load(pc + 1) >> 96
                sp += 1
                pc += 20
            case .push21:
                sp.pointee = Self.load(pc + 1) >> 88
                sp += 1
                pc += 21
            case .push22:
                sp.pointee = Self.load(pc + 1) >> 80
                sp += 1
                pc += 22
            case .push23:
                sp.pointee = Self.load(pc + 1) >> 72
                sp += 1
                pc += 23
            case .push24:
                sp.pointee = Self.load(pc + 1) >> 64
                sp += 1
                pc += 24
            case .push25:
                sp.pointee = Self.load(pc + 1) >> 56
                sp += 1
                pc += 25
            case .push26:
                sp.pointee = Self.load(pc + 1) >> 48
                sp += 1
                pc += 26
            case .push27:
                sp.pointee = Self.load(pc + 1) >> 40
                sp += 1
                pc += 27
            case .push28:
                sp.pointee = Self.load(pc + 1) >> 32
                sp += 1
                pc += 28
            case .push29:
                sp.pointee = Self.load(pc + 1) >> 24
                sp += 1
                pc += 29
            case .push30:
                sp.pointee = Self.load(pc + 1) >> 16
                sp += 1
                pc += 30
            case .push31:
                sp.pointee = Self.load(pc + 1) >> 8
                sp += 1
                pc += 31
            case .push32:
                sp.pointee = Self.load(pc + 1) >> 0
                sp += 1
                pc += 32
            case .dup1:
                sp.pointee = sp[-1]
                sp += 1
            case .dup2:
                sp.pointee = sp[-2]
                sp += 1
            case .dup3:
                sp.pointee = sp[-3]
                sp += 1
            case .dup4:
                sp.pointee = sp[-4]
                sp += 1
            case .dup5:
                sp.pointee = sp[-5]
                sp += 1
            case .dup6:
                sp.pointee = sp[-6]
                sp += 1
            case .dup7:
                sp.pointee = sp[-7]
                sp += 1
            case .dup8:
                sp.pointee = sp[-8]
                sp += 1
            case .dup9:
                sp.pointee = sp[-9]
                sp += 1
            case .dup10:
                sp.pointee = sp[-10]
                sp += 1
            case .dup11:
                sp.pointee = sp[-11]
                sp += 1
            case .dup12:
                sp.pointee = sp[-12]
                sp += 1
            case .dup13:
                sp.pointee = sp[-13]
                sp += 1
            case .dup14:
                sp.pointee = sp[-14]
                sp += 1
            case .dup15:
                sp.pointee = sp[-15]
                sp += 1
            case .dup16:
                sp.pointee = sp[-16]
                sp += 1
            case .swap1:
                let item = sp[-1]
                sp[-1] = sp[-2]
                sp[-2] = item
            case .swap2:
                let item = sp[-1]
                sp[-1] = sp[-3]
                sp[-3] = item
            case .swap3:
                let item = sp[-1]
                sp[-1] = sp[-4]
                sp[-4] = item
            case .swap4:
                let item = sp[-1]
                sp[-1] = sp[-5]
                sp[-5] = item
            case .swap5:
                let item = sp[-1]
                sp[-1] = sp[-6]
                sp[-6] = item
            case .swap6:
                let item = sp[-1]
                sp[-1] = sp[-7]
                sp[-7] = item
            case .swap7:
                let item = sp[-1]
                sp[-1] = sp[-8]
                sp[-8] = item
            case .swap8:
                let item = sp[-1]
                sp[-1] = sp[-9]
                sp[-9] = item
            case .swap9:
                let item = sp[-1]
                sp[-1] = sp[-10]
                sp[-10] = item
            case .swap10:
                let item = sp[-1]
                sp[-1] = sp[-11]
                sp[-11] = item
            case .swap11:
                let item = sp[-1]
                sp[-1] = sp[-12]
                sp[-12] = item
            case .swap12:
                let item = sp[-1]
                sp[-1] = sp[-13]
                sp[-13] = item
            case .swap13:
                let item = sp[-1]
                sp[-1] = sp[-14]
                sp[-14] = item
            case .swap14:
                let item = sp[-1]
                sp[-1] = sp[-15]
                sp[-15] = item
            case .swap15:
                let item = sp[-1]
                sp[-1] = sp[-16]
                sp[-16] = item
            case .swap16:
                let item = sp[-1]
                sp[-1] = sp[-17]
                sp[-17] = item

            // MARK: Logs, calls, ends
            case .log0, .log1, .log2, .log3, .log4:
                let topics = Int(byte - Opcode.log0.rawValue)
                sp -= topics + 2
                if let refused = appendLog(frame, sp, topics: topics, &gas) {
                    failure = refused
                    break loop
                }
            case .create, .create2, .call, .callcode, .delegatecall, .staticcall:
                let kind = Self.kind(Opcode(byte))
                sp -= Int(operation.needs)
                let preparation =
                    kind == .create || kind == .create2
                    ? prepareCreation(kind, frame, sp, depth: depth, &gas) : prepareCall(kind, frame, sp, depth: depth, &gas)
                switch preparation {
                case .fails(let reason):
                    failure = reason
                    break loop
                case .pushesZero:
                    sp.pointee = .zero
                    sp += 1
                    frame.pointee.returnData = []
                case .proceeds(let message):
                    frame.pointee.pc = pc - codeStart + 1
                    frame.pointee.top = sp
                    frame.pointee.gas = gas
                    return .calls(message)
                }
            case .return, .revert:
                sp -= 2
                let size = Int(truncatingIfNeeded: sp[0].low)
                let offset = expand(frame, sp[1], sp[0], &gas)
                if gas < 0 { break loop }
                frame.pointee.gas = gas
                return .ends(Opcode(byte) == .return ? nil : .reverted, offset: offset, size: size)
            case .selfdestruct:
                sp -= 1
                if let refused = destroy(frame, beneficiary: Self.address(sp[0]), &gas) {
                    failure = refused
                    break loop
                }
                frame.pointee.gas = gas
                return .ends(nil, offset: 0, size: 0)
            case .invalid,
                .undefined0c, .undefined0d, .undefined0e, .undefined0f, .undefined1f, .undefined21,
                .undefined22, .undefined23, .undefined24, .undefined25, .undefined26, .undefined27,
                .undefined28, .undefined29, .undefined2a, .undefined2b, .undefined2c, .undefined2d,
                .undefined2e, .undefined2f, .undefined4b, .undefined4c, .undefined4d, .undefined4e,
                .undefined4f, .undefineda5, .undefineda6, .undefineda7, .undefineda8, .undefineda9,
                .undefinedaa, .undefinedab, .undefinedac, .undefinedad, .undefinedae, .undefinedaf,
                .undefinedb0, .undefinedb1, .undefinedb2, .undefinedb3, .undefinedb4, .undefinedb5,
                .undefinedb6, .undefinedb7, .undefinedb8, .undefinedb9, .undefinedba, .undefinedbb,
                .undefinedbc, .undefinedbd, .undefinedbe, .undefinedbf, .undefinedc0, .undefinedc1,
                .undefinedc2, .undefinedc3, .undefinedc4, .undefinedc5, .undefinedc6, .undefinedc7,
                .undefinedc8, .undefinedc9, .undefinedca, .undefinedcb, .undefinedcc, .undefinedcd,
                .undefinedce, .undefinedcf, .undefinedd0, .undefinedd1, .undefinedd2, .undefinedd3,
                .undefinedd4, .undefinedd5, .undefinedd6, .undefinedd7, .undefinedd8, .undefinedd9,
                .undefinedda, .undefineddb, .undefineddc, .undefineddd, .undefinedde, .undefineddf,
                .undefinede0, .undefinede1, .undefinede2, .undefinede3, .undefinede4, .undefinede5,
                .undefinede6, .undefinede7, .undefinede8, .undefinede9, .undefinedea, .undefinedeb,
                .undefinedec, .undefineded, .undefinedee, .undefinedef, .undefinedf6, .undefinedf7,
                .undefinedf8, .undefinedf9, .undefinedfb, .undefinedfc:
                failure = .undefinedInstruction
                break loop
            }
            pc += 1
        }
        frame.pointee.gas = 0
        return .ends(failure, offset: 0, size: 0)
    }

    @inline(__always) private static func truth(_ value: Bool) -> UInt256 { UInt256(high: 0, low: value ? 1 : 0) }

    /// A shift's distance: 256 stands for all that is more.
    @inline(__always) private static func shift(_ word: UInt256) -> Int {
        word.high == 0 && word.low < 256 ? Int(truncatingIfNeeded: word.low) : 256
    }

    private static func stackFailure(_ operation: Operation, height: Int) -> EVMFailure {
        if operation.needs > Int16(CallFrame.stackLimit) { return .undefinedInstruction }
        return height < Int(operation.needs) ? .stackUnderflow : .stackOverflow
    }

    private static func kind(_ opcode: Opcode) -> Message.Kind {
        switch opcode {
        case .create: .create
        case .create2: .create2
        case .callcode: .callcode
        case .delegatecall: .delegatecall
        case .staticcall: .staticcall
        default: .call
        }
    }
}
