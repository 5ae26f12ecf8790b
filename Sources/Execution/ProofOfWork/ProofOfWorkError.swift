/// Why no proof of work can be computed.
public enum ProofOfWorkError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A block number beyond the last epoch whose cache fits four gigabytes.
    case epochOutOfRange(blockNumber: UInt64)
    /// The light cache could not be allocated. Carries its size in bytes.
    case outOfMemory(cacheBytes: Int)

    public var description: String {
        switch self {
        case .epochOutOfRange(let number):
            "block \(number) is beyond the last Ethash epoch, \(EthashEpoch.maximumNumber); the block's number is wrong"
        case .outOfMemory(let bytes):
            "the Ethash light cache of \(bytes) bytes cannot be allocated; free some memory"
        }
    }
}
