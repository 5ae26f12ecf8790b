import Primitives

// EXP, KECCAK256, and what comparison and bit instructions share.
extension EVM {
    @inline(__always) static func truth(_ value: Bool) -> UInt256 {
        UInt256(high: 0, low: value ? 1 : 0)
    }

    /// A shift's distance: 256 stands for all that is more.
    @inline(__always)
    static func distance(_ word: UInt256) -> Int {
        word.high == 0 && word.low < 256 ? Int(truncatingIfNeeded: word.low) : 256
    }

    /// BYTE: the byte at `index`, counted from the most significant.
    @inline(__always)
    static func byte(_ index: UInt256, of word: UInt256) -> UInt256 {
        guard index.high == 0, index.low < 32 else { return .zero }
        return (word >> (248 - 8 * Int(truncatingIfNeeded: index.low))) & 0xff
    }

    /// SIGNEXTEND: `index` names the byte whose sign is extended, counted from the least significant.
    @inline(__always)
    static func signExtend(_ word: UInt256, from index: UInt256) -> UInt256 {
        guard index.high == 0, index.low < 31 else { return word }
        return word.signExtended(fromByte: Int(truncatingIfNeeded: index.low))
    }

    /// EXP (its price by the exponent's bytes: EIP-160).
    @inline(never)
    func exponentiate(_ sp: inout UnsafeMutablePointer<UInt256>, _ gas: inout Int64) {
        sp -= 1
        let exponent = sp[-1]
        let bytes = (263 - exponent.leadingZeroBitCount) / 8
        gas &-= Int64(bytes) * (revision >= .spuriousDragon ? 50 : 10)
        if gas >= 0 { sp[-1] = sp[0].power(exponent) }
    }

    /// KECCAK256.
    @inline(__always)
    func keccak(
        _ frame: UnsafeMutablePointer<CallFrame>, _ sp: inout UnsafeMutablePointer<UInt256>,
        _ gas: inout Int64
    ) {
        sp -= 1
        let size = sp[-1]
        let offset = expand(frame, sp[0], size, &gas)
        // Only a size that could be paid for may be counted in words: a larger one could give gas back.
        guard gas >= 0 else { return }
        gas &-= GasTable.keccakPerWord &* GasTable.words(Int(truncatingIfNeeded: size.low))
        guard gas >= 0 else { return }
        let bytes = UnsafeRawBufferPointer(
            start: frame.pointee.memory + offset, count: Int(truncatingIfNeeded: size.low))
        sp[-1] = UInt256(bigEndian: Keccak256.hash(bytes))
    }
}
