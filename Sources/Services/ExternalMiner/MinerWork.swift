import EngineWire
import JSON
public import Primitives
import ProofOfWork

/// What a door's `eth_getWork` asks for.
public struct MinerWork: Sendable, Hashable {
    /// Names the work.
    public let sealHash: Hash32
    /// The largest result that seals.
    public let boundary: UInt256
    /// The block's number, which decides the Ethash epoch.
    public let number: UInt64

    /// Reads the four elements of an answer: seal hash, seed hash, boundary, block number.
    init(_ answer: JSONValue) throws(MinerError) {
        let seed: Hash32
        do {
            let words = try EngineField(answer, path: "work").elements(atMost: 8)
            guard words.count >= 4 else {
                throw MinerError.malformed("work is four words: seal hash, seed hash, boundary and block number")
            }
            (sealHash, seed) = (try words[0].hash(), try words[1].hash())
            (boundary, number) = (UInt256(bigEndian: try words[2].hash()), try words[3].uint64())
        } catch {
            throw error as? MinerError ?? .malformed("\(error)")
        }
        let epoch: Int
        do { epoch = try EthashEpoch.number(ofBlock: number) } catch { throw .malformed("\(error)") }
        guard EthashEpoch.seedHash(epoch: epoch) == seed else {
            throw .malformed("the seed is not that of block \(number)'s epoch")
        }
    }
}

/// Why a miner has no work, or could not hand in its seal.
public enum MinerError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreachable(String)
    /// The door answered with an error.
    case refused(String)
    case malformed(String)

    public var description: String {
        switch self {
        case .unreachable(let reason): "the node does not answer: \(reason)"
        case .refused(let message): "the node says: \(message)"
        case .malformed(let reason): "the node's answer cannot be read: \(reason)"
        }
    }
}
