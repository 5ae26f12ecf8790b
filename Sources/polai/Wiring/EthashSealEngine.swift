import ExecutionNode
import Primitives
import ProofOfWork

/// Ethash with the light cache, behind the execution node's seal protocol.
struct EthashSealEngine: SealEngine {
    func isSealed(_ task: SealTask, nonce: UInt64) throws -> Bool {
        try Seal.verify(sealHash: task.sealHash, nonce: nonce, number: task.number, difficulty: task.difficulty)
    }

    func search(_ task: SealTask, from first: UInt64, count: Int) throws -> UInt64? {
        var search = try SealSearch(
            sealHash: task.sealHash, number: task.number, difficulty: task.difficulty, from: first)
        return search.step(count: count)
    }
}
