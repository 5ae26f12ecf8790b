public import EthProtocol
public import ExecutionChain
public import NodeRecords
public import Primitives

/// What a peer tells of its chain.
public enum EthNews: Sendable {
    /// It is of the same chain, and said how much work it has.
    case peer(NodeID)
    case block(Block, totalDifficulty: UInt256, from: NodeID)
    case hashes([EthMessage.BlockAnnouncement], from: NodeID)
}
