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
        guard let words = answer.array, words.count >= 4, let text = words[3].string, text.hasPrefix("0x"),
            let number = UInt64(text.dropFirst(2), radix: 16)
        else {
            throw .malformed("work is four words: seal hash, seed hash, boundary and block number")
        }
        func word(_ index: Int) throws(MinerError) -> Hash32 {
            do { return try Hash32(hex: words[index].string ?? "") } catch { throw .malformed("word \(index) of the work: \(error)") }
        }
        sealHash = try word(0)
        boundary = UInt256(bigEndian: try word(2))
        self.number = number
        let epoch: Int
        do { epoch = try EthashEpoch.number(ofBlock: number) } catch { throw .malformed("\(error)") }
        guard EthashEpoch.seedHash(epoch: epoch) == (try word(1)) else {
            throw .malformed("the seed is not that of block \(number)'s epoch")
        }
    }
}

/// Why a miner has no work, or could not hand in its seal.
public enum MinerError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreachable(String)
    /// The door answered with an error.
    case refused(code: Int, message: String)
    case malformed(String)

    public var description: String {
        switch self {
        case .unreachable(let reason): "the node does not answer: \(reason)"
        case .refused(_, let message): "the node says: \(message)"
        case .malformed(let reason): "the node's answer cannot be read: \(reason)"
        }
    }
}
