import Primitives

extension EVM {
    /// Makes `size` bytes at `offset` part of the memory and pays for it; `gas` is negative when it does not suffice.
    ///
    /// - Returns: the offset; zero when nothing is accessed.
    @inline(__always)
    func expand(
        _ frame: UnsafeMutablePointer<CallFrame>, _ offset: UInt256, _ size: UInt256, _ gas: inout Int64
    ) -> Int {
        guard size.high == 0, offset.high == 0, size.low <= UInt128(UInt32.max),
            offset.low <= UInt128(UInt32.max)
        else {
            if !size.isZero { gas = -1 }
            return 0
        }
        let start = Int(truncatingIfNeeded: offset.low)
        let count = Int(truncatingIfNeeded: size.low)
        let end = start &+ count
        if count == 0 { return 0 }
        if end > frame.pointee.memorySize { Self.grow(frame, to: end, &gas) }
        return start
    }

    @inline(never)
    private static func grow(
        _ frame: UnsafeMutablePointer<CallFrame>, to end: Int, _ gas: inout Int64
    ) {
        let cost =
            GasTable.memory(words: GasTable.words(end))
            - GasTable.memory(words: Int64(frame.pointee.memorySize / 32))
        gas -= cost
        if gas >= 0 { frame.pointee.growMemory(to: end) }
    }

    /// The same, with the price of copying so many bytes.
    @inline(__always)
    func expandForCopy(
        _ frame: UnsafeMutablePointer<CallFrame>, _ offset: UInt256, _ size: UInt256, _ gas: inout Int64
    ) -> Int {
        guard size.high == 0, size.low <= UInt128(UInt32.max) else {
            gas = -1
            return 0
        }
        gas &-= GasTable.copyPerWord &* GasTable.words(Int(truncatingIfNeeded: size.low))
        guard gas >= 0 else { return 0 }
        return expand(frame, offset, size, &gas)
    }

    /// MCOPY (EIP-5656).
    func memoryCopy(
        _ frame: UnsafeMutablePointer<CallFrame>, _ sp: inout UnsafeMutablePointer<UInt256>,
        _ gas: inout Int64
    ) {
        sp -= 3
        let offset = expandForCopy(frame, max(sp[2], sp[1]), sp[0], &gas)
        let count = Int(truncatingIfNeeded: sp[0].low)
        guard gas >= 0, count > 0 else { return }
        let other = Int(truncatingIfNeeded: min(sp[2], sp[1]).low)
        let (target, source) = sp[2] > sp[1] ? (offset, other) : (other, offset)
        (frame.pointee.memory + target).copyMemory(
            from: frame.pointee.memory + source, byteCount: count)
    }
}
