public import Primitives

/// Contract code made ready to run: padded so that no read passes its end, with its jump destinations marked.
public final class Code: Sendable {
    /// keccak of the bytes; `nil` for initcode, which nothing looks up.
    public let hash: Hash32?
    public let count: Int
    /// `count` bytes of code, then zeros: STOP, and the missing operands of a last PUSH.
    ///
    /// `nonisolated(unsafe)`, this and the next: written in `init` alone, read until `deinit` frees them.
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
        self.bytes = bytes
        jumpDestinations = JumpAnalysis.destinations(
            UnsafeBufferPointer(start: bytes, count: code.count))
    }

    deinit {
        bytes.deallocate()
        jumpDestinations.deallocate()
    }

    /// Where a jump to `word` goes; `nil` when no JUMPDEST is there.
    @inline(__always) func jumpTarget(_ word: UInt256) -> Int? {
        guard word.high == 0, word.low < UInt128(count) else { return nil }
        let index = Int(truncatingIfNeeded: word.low)
        return jumpDestinations[index >> 3] & (1 << UInt8(index & 7)) != 0 ? index : nil
    }

    /// The code without its padding.
    public var array: [UInt8] { Array(UnsafeBufferPointer(start: bytes, count: count)) }

    /// The account whose code runs instead (EIP-7702: 0xef0100 ‖ address).
    var delegate: Address? {
        guard count == 23, bytes[0] == 0xef, bytes[1] == 0x01, bytes[2] == 0x00 else { return nil }
        return Address(UnsafeBufferPointer(start: bytes + 3, count: 20))
    }
}
