public import NodeRecords
public import Primitives
public import RLP

/// Why a message of `eth` was refused, or its sender.
public enum EthError: Error, Equatable, Sendable, CustomStringConvertible {
    case malformed(RLPError)
    case unknownMessage(UInt64)
    /// More of something than a message may carry: what.
    case overLimit(String)
    /// Lists of one announcement whose lengths differ.
    case unequalLists
    case wrongVersion(UInt64)
    case wrongNetwork(UInt64)
    case wrongGenesis
    case wrongFork(ForkMismatch)
    /// A status twice, another message before it, or an answer that nothing asked for: its number.
    case outOfTurn(UInt64)
    /// An answer has a transaction that was not asked for.
    case notAsked(Hash32)
    /// What was sent as a transaction is none.
    case noTransaction
    /// A range of blocks that ends before it begins.
    case badRange
    /// The peer sent more than its budget.
    case overBudget

    public var description: String {
        switch self {
        case .malformed(let error): "an eth message is malformed: \(error)"
        case .unknownMessage(let code): "eth message \(code) is unknown"
        case .overLimit(let what): "an eth message is over the limit of \(what)"
        case .unequalLists: "an announcement of transactions has lists of different lengths"
        case .wrongVersion(let version): "the peer's status is of eth/\(version)"
        case .wrongNetwork(let network): "the peer is of network \(network)"
        case .wrongGenesis: "the peer's chain has another genesis"
        case .wrongFork(let mismatch): mismatch.description
        case .outOfTurn(let code): "eth message \(code) is not expected now"
        case .notAsked(let hash): "transaction \(hash.shortHex) was not asked for"
        case .noTransaction: "what the peer sent as a transaction is none"
        case .badRange: "the peer's range of blocks ends before it begins"
        case .overBudget: "the peer sent more than its budget"
        }
    }
}
