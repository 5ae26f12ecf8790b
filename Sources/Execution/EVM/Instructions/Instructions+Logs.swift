import Primitives

extension EVM {
    /// LOG0 to LOG4; `operands` points at the lowest of them.
    mutating func appendLog(
        _ frame: UnsafeMutablePointer<CallFrame>, _ operands: UnsafeMutablePointer<UInt256>,
        topics: Int, _ gas: inout Int64
    ) -> EVMFailure? {
        guard !frame.pointee.message.isStatic else { return .writeInStaticCall }
        let size = operands[topics]
        let offset = expand(frame, operands[topics + 1], size, &gas)
        guard gas >= 0 else { return .outOfGas }
        let count = Int(truncatingIfNeeded: size.low)
        gas -= GasTable.logPerByte * Int64(count)
        guard gas >= 0 else { return .outOfGas }
        let list = (0..<topics).map { operands[topics - 1 - $0].bigEndianHash }
        state.append(
            Log(
                address: frame.pointee.message.recipient, topics: list,
                data: frame.pointee.memoryBytes(offset, count)))
        return nil
    }
}
