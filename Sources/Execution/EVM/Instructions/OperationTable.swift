/// What the interpreter checks before every instruction.
struct Operation: BitwiseCopyable {
    /// Gas that is due whatever the operands are; no instruction may run that has none defined (`undefined`).
    var gas: Int32
    /// Items that must be on the stack.
    var needs: Int16
    /// How many items more than it needs may be there without it overflowing the stack.
    var room: UInt16

    init(gas: Int32, needs: Int16, gives: Int16) {
        self.gas = gas
        self.needs = needs
        room = UInt16(Int16(CallFrame.stackLimit) - max(needs, gives))
    }

    private init(undefined: Void) {
        gas = 0
        needs = 2000
        room = 0
    }

    /// An instruction that the revision does not have: it needs more items than a stack holds.
    static let undefined = Operation(undefined: ())
}

/// The instruction set and constant gas of each revision.
enum OperationTable {
    /// 256 entries for each revision, never freed.
    ///
    /// `nonisolated(unsafe)`: filled before the constant is there for anybody, then only read.
    nonisolated(unsafe) private static let tables: [UnsafePointer<Operation>] = EVMRevision.allCases
        .map { revision in
            let table = UnsafeMutablePointer<Operation>.allocate(capacity: 256)
            table.initialize(repeating: .undefined, count: 256)
            fill(table, revision)
            return UnsafePointer(table)
        }

    static func table(_ revision: EVMRevision) -> UnsafePointer<Operation> {
        tables[revision.rawValue]
    }

    private static func fill(_ table: UnsafeMutablePointer<Operation>, _ revision: EVMRevision) {
        func define(
            _ opcode: Opcode, gas: Int32, in takes: Int16, out gives: Int16,
            since: EVMRevision = .frontier
        ) {
            guard revision >= since else { return }
            table[Int(opcode.rawValue)] = Operation(gas: gas, needs: takes, gives: gives)
        }
        func define(
            _ opcodes: [Opcode], gas: Int32, in takes: Int16, out gives: Int16,
            since: EVMRevision = .frontier
        ) {
            for opcode in opcodes { define(opcode, gas: gas, in: takes, out: gives, since: since) }
        }
        define(.stop, gas: 0, in: 0, out: 0)
        define([.add, .sub, .lt, .gt, .slt, .sgt, .eq, .and, .or, .xor, .byte], gas: 3, in: 2, out: 1)
        define([.mul, .div, .sdiv, .mod, .smod, .signextend], gas: 5, in: 2, out: 1)
        define([.addmod, .mulmod], gas: 8, in: 3, out: 1)
        define(.exp, gas: 10, in: 2, out: 1)
        define([.iszero, .not], gas: 3, in: 1, out: 1)
        define([.shl, .shr, .sar], gas: 3, in: 2, out: 1, since: .constantinople)
        define(.clz, gas: 5, in: 1, out: 1, since: .osaka)
        define(.keccak256, gas: 30, in: 2, out: 1)
        define(
            [.address, .origin, .caller, .callvalue, .calldatasize, .codesize, .gasprice], gas: 2, in: 0,
            out: 1)
        define(.returndatasize, gas: 2, in: 0, out: 1, since: .byzantium)
        define(.returndatacopy, gas: 3, in: 3, out: 0, since: .byzantium)
        define(.calldataload, gas: 3, in: 1, out: 1)
        define([.calldatacopy, .codecopy, .mcopy], gas: 3, in: 3, out: 0)
        define(.blockhash, gas: 20, in: 1, out: 1)
        define([.coinbase, .timestamp, .number, .prevrandao, .gaslimit], gas: 2, in: 0, out: 1)
        define(.chainid, gas: 2, in: 0, out: 1, since: .istanbul)
        define(.selfbalance, gas: 5, in: 0, out: 1, since: .istanbul)
        define(.basefee, gas: 2, in: 0, out: 1, since: .london)
        define(.blobhash, gas: 3, in: 1, out: 1, since: .cancun)
        define(.blobbasefee, gas: 2, in: 0, out: 1, since: .cancun)
        define(.pop, gas: 2, in: 1, out: 0)
        define(.mload, gas: 3, in: 1, out: 1)
        define([.mstore, .mstore8], gas: 3, in: 2, out: 0)
        define(.sstore, gas: 0, in: 2, out: 0)
        define(.jump, gas: 8, in: 1, out: 0)
        define(.jumpi, gas: 10, in: 2, out: 0)
        define([.pc, .msize, .gas], gas: 2, in: 0, out: 1)
        define(.jumpdest, gas: 1, in: 0, out: 0)
        define(.tload, gas: 100, in: 1, out: 1, since: .cancun)
        define(.tstore, gas: 100, in: 2, out: 0, since: .cancun)
        define(.push0, gas: 2, in: 0, out: 1, since: .shanghai)
        for byte in Opcode.push1.rawValue...Opcode.push32.rawValue {
            define(Opcode(byte), gas: 3, in: 0, out: 1)
        }
        for index in UInt8(0)..<16 {
            define(
                Opcode(Opcode.dup1.rawValue + index), gas: 3, in: Int16(index) + 1, out: Int16(index) + 2)
            define(
                Opcode(Opcode.swap1.rawValue + index), gas: 3, in: Int16(index) + 2, out: Int16(index) + 2)
        }
        for index in UInt8(0)..<5 {
            define(
                Opcode(Opcode.log0.rawValue + index), gas: 375 * (Int32(index) + 1), in: Int16(index) + 2,
                out: 0)
        }
        if revision < .cancun { table[Int(Opcode.mcopy.rawValue)] = .undefined }
        // What an access to another account or to storage costs since Berlin depends on its warmth (EIP-2929).
        let account = GasTable.accountAccess(revision)
        define(.balance, gas: account.balance, in: 1, out: 1)
        define(.extcodesize, gas: account.code, in: 1, out: 1)
        define(.extcodecopy, gas: account.code, in: 4, out: 0)
        define(.extcodehash, gas: account.codeHash, in: 1, out: 1, since: .constantinople)
        define(.sload, gas: account.storage, in: 1, out: 1)
        define(.create, gas: 32000, in: 3, out: 1)
        define(.create2, gas: 32000, in: 4, out: 1, since: .constantinople)
        define([.call, .callcode], gas: account.call, in: 7, out: 1)
        define(.delegatecall, gas: account.call, in: 6, out: 1, since: .homestead)
        define(.staticcall, gas: account.call, in: 6, out: 1, since: .byzantium)
        define(.return, gas: 0, in: 2, out: 0)
        define(.revert, gas: 0, in: 2, out: 0, since: .byzantium)
        define(.selfdestruct, gas: revision >= .tangerineWhistle ? 5000 : 0, in: 1, out: 0)
    }
}
