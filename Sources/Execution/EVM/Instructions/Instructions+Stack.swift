import Primitives

// PUSH, DUP and SWAP, and the forms of instructions that only compute.
extension EVM {
    @inline(__always)
    static func push(_ sp: inout UnsafeMutablePointer<UInt256>, _ word: UInt256) {
        sp.pointee = word
        sp += 1
    }

    /// PUSH1 to PUSH32: the operand follows the instruction. `bytes` is a constant at every call, so one form remains.
    @inline(__always)
    static func push(
        _ sp: inout UnsafeMutablePointer<UInt256>, _ pc: inout UnsafePointer<UInt8>, bytes: Int
    ) {
        switch bytes {
        case 1: push(&sp, UInt256(high: 0, low: UInt128(pc[1])))
        case 2: push(&sp, UInt256(high: 0, low: UInt128(UInt16(pc[1]) << 8 | UInt16(pc[2]))))
        case 3...8:
            let word = UInt64(bigEndian: UnsafeRawPointer(pc + 1).loadUnaligned(as: UInt64.self))
            push(&sp, UInt256(high: 0, low: UInt128(word >> UInt64(64 - 8 * bytes))))
        case 9...16:
            let word = UInt128(bigEndian: UnsafeRawPointer(pc + 1).loadUnaligned(as: UInt128.self))
            push(&sp, UInt256(high: 0, low: word >> UInt128(128 - 8 * bytes)))
        default: push(&sp, load(pc + 1) >> (256 - 8 * bytes))
        }
        pc += bytes
    }

    @inline(__always)
    static func swap(_ sp: UnsafeMutablePointer<UInt256>, _ distance: Int) {
        let item = sp[-1]
        sp[-1] = sp[-1 - distance]
        sp[-1 - distance] = item
    }

    /// Takes two items and gives one; the first operand is the top.
    @inline(__always)
    static func binary(
        _ sp: inout UnsafeMutablePointer<UInt256>, _ body: (UInt256, UInt256) -> UInt256
    ) {
        sp -= 1
        sp[-1] = body(sp[0], sp[-1])
    }

    /// Takes three items and gives one.
    @inline(__always)
    static func ternary(
        _ sp: inout UnsafeMutablePointer<UInt256>, _ body: (UInt256, UInt256, UInt256) -> UInt256
    ) {
        sp -= 2
        sp[-1] = body(sp[1], sp[0], sp[-1])
    }
}
