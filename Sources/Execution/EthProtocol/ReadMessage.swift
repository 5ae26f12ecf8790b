public import Primitives

/// A message as it was read, before it is known to be in turn.
public struct ReadMessage: Sendable {
    public let message: EthMessage
    /// Of the transactions in it; none of a block.
    public let hashes: [Hash32]

    /// Reads the data of message `code`, and hashes what is in it.
    public init(_ code: UInt64, data: [UInt8], _ version: EthVersion) throws(EthError) {
        message = try EthMessage(code, data: data, version)
        hashes =
            switch message {
            case .transactions(let envelopes), .pooledTransactions(_, let envelopes): envelopes.map { Keccak256.hash($0) }
            default: []
            }
    }
}
