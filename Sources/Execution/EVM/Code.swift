public import Primitives

/// Contract code made ready to run: padded so that no read passes its end, with its jump destinations marked.
public final class Code: Sendable {
    /// keccak of the bytes; `nil` for initcode, which nothing looks up.
    public let hash: Hash32?
    public let count: Int
    /// `count` bytes of code, then zeros: STOP, and the missing operands of a last PUSH.
    nonisolated(unsafe) let bytes: UnsafeMutablePointer<UInt8>
    /// A bit for each byte: whether it is a JUMPDEST and no operand.
    nonisolated(unsafe) let jumpDestinations: UnsafeMutablePointer<UInt8>

    static let padding = 34

    public static let empty = Code([], hash: Keccak256.hash([]))

    public init(_ code: [UInt8], hash: Hash32?) {
        self.hash = hash
        count = code.count
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: code.count + Self.padding)
        bytes.initialize(repeating: 0, count: code.count + Self.padding)
        code.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { bytes.update(from: base, count: source.count) }
        }
        let mapSize = code.count / 8 + 1
        let jumpDestinations = UnsafeMutablePointer<UInt8>.allocate(capacity: mapSize)
        jumpDestinations.initialize(repeating: 0, count: mapSize)
        var index = 0
        while index < count {
            let byte = bytes[index]
            if byte == Opcode.jumpdest.rawValue {
                jumpDestinations[index >> 3] |= 1 << UInt8(index & 7)
            } else if byte >= Opcode.push1.rawValue, byte <= Opcode.push32.rawValue {
                index += Int(byte - Opcode.push1.rawValue) + 1
            }
            index += 1
        }
        self.bytes = bytes
        self.jumpDestinations = jumpDestinations
    }

    deinit {
        bytes.deallocate()
        jumpDestinations.deallocate()
    }

    @inline(__always) func isJumpDestination(_ index: Int) -> Bool {
        index < count && jumpDestinations[index >> 3] & (1 << UInt8(index & 7)) != 0
    }

    /// The code without its padding.
    public var array: [UInt8] { Array(UnsafeBufferPointer(start: bytes, count: count)) }

    /// The account whose code runs instead (EIP-7702: 0xef0100 ‖ address).
    var delegate: Address? {
        guard count == 23, bytes[0] == 0xef, bytes[1] == 0x01, bytes[2] == 0x00 else { return nil }
        return Address(UnsafeBufferPointer(start: bytes + 3, count: 20))
    }
}
