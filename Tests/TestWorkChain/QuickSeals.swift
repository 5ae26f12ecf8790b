public import ExecutionNode
public import Primitives

/// A work that costs four hashes, whatever the difficulty.
public struct QuickSeals: SealEngine {
    public init() {}

    public func isSealed(_ task: SealTask, nonce: UInt64) -> Bool {
        let input = task.sealHash.bytes + withUnsafeBytes(of: nonce.bigEndian) { [UInt8]($0) }
        return Keccak256.hash(input).bytes[0] < 64
    }

    public func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? {
        (0..<UInt64(count)).lazy.map { first &+ $0 }.first { isSealed(task, nonce: $0) }
    }
}
