/// Which bytes of a code are JUMPDESTs and no operands of a PUSH.
enum JumpAnalysis {
    /// A bit for each byte, allocated; the caller frees it.
    static func destinations(_ code: UnsafeBufferPointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        let size = code.count / 8 + 1
        let map = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        map.initialize(repeating: 0, count: size)
        var index = 0
        while index < code.count {
            let byte = code[index]
            if byte == Opcode.jumpdest.rawValue {
                map[index >> 3] |= 1 << UInt8(index & 7)
            } else if byte >= Opcode.push1.rawValue, byte <= Opcode.push32.rawValue {
                index += Int(byte - Opcode.push1.rawValue) + 1
            }
            index += 1
        }
        return map
    }
}
