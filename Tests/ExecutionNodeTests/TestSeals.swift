import ExecutionNode
import Foundation
import Primitives

/// A proof of work that costs a microsecond: keccak(seal hash, nonce) instead of Ethash.
struct KeccakSeals: SealEngine {
    func isSealed(_ task: SealTask, nonce: UInt64) -> Bool {
        let input = task.sealHash.bytes + withUnsafeBytes(of: nonce.bigEndian) { [UInt8]($0) }
        let target = UInt256.max.quotientAndRemainder(dividingBy: task.difficulty)?.quotient ?? .max
        return UInt256(bigEndian: Keccak256.hash(input)) <= target
    }

    func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? {
        for offset in 0..<UInt64(count) where isSealed(task, nonce: first &+ offset) { return first &+ offset }
        return nil
    }
}

/// A proof of work that nobody finds.
struct HopelessSeals: SealEngine {
    func isSealed(_ task: SealTask, nonce: UInt64) -> Bool { false }
    func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? {
        usleep(1000)
        return nil
    }
}

/// A proof of work whose machinery breaks.
struct BrokenSeals: SealEngine {
    struct Broken: Error {}
    func isSealed(_ task: SealTask, nonce: UInt64) throws -> Bool { throw Broken() }
    func search(_ task: SealTask, from first: UInt64, count: Int) throws -> UInt64? { throw Broken() }
}
