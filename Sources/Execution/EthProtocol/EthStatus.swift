public import NodeRecords
public import Primitives
import RLP

/// What a side says of its chain first.
public struct EthStatus: Sendable, Hashable {
    public var networkID: UInt64
    public var genesis: Hash32
    public var forkID: ForkID
    /// The latest block.
    public var head: Hash32
    /// eth/68: of the chain up to the head.
    public var totalDifficulty: UInt256
    /// eth/69: the numbers of the blocks that can be asked for.
    public var blocks: ClosedRange<UInt64>

    public init(
        networkID: UInt64, genesis: Hash32, forkID: ForkID, head: Hash32, totalDifficulty: UInt256, blocks: ClosedRange<UInt64>
    ) {
        (self.networkID, self.genesis, self.forkID, self.head) = (networkID, genesis, forkID, head)
        (self.totalDifficulty, self.blocks) = (totalDifficulty, blocks)
    }

    func append(to list: inout RLPEncoder, _ version: EthVersion) {
        list.append(version.rawValue)
        list.append(networkID)
        if version == .eth68 {
            list.append(totalDifficulty)
            list.append(head)
        }
        list.append(genesis)
        forkID.append(to: &list)
        if version == .eth69 {
            list.append(blocks.lowerBound)
            list.append(blocks.upperBound)
            list.append(head)
        }
    }

    init(_ fields: inout EthReader, _ version: EthVersion) throws(EthError) {
        let stated = try fields.uint64()
        guard stated == version.rawValue else { throw .wrongVersion(stated) }
        networkID = try fields.uint64()
        (totalDifficulty, head, blocks) = (.zero, .zero, 0...0)
        if version == .eth68 {
            totalDifficulty = try fields.uint256()
            head = try fields.hash32()
        }
        genesis = try fields.hash32()
        forkID = try fields.forkID()
        if version == .eth69 {
            blocks = try Self.range(&fields)
            head = try fields.hash32()
        }
    }

    static func range(_ fields: inout EthReader) throws(EthError) -> ClosedRange<UInt64> {
        let (first, last) = (try fields.uint64(), try fields.uint64())
        guard first <= last else { throw .badRange }
        return first...last
    }

    /// Whether a peer with the status `other` follows this chain, seen from a head of this node's.
    public func check(_ other: EthStatus, schedule: ForkSchedule, number: UInt64, time: UInt64) throws(EthError) {
        guard other.networkID == networkID else { throw .wrongNetwork(other.networkID) }
        guard other.genesis == genesis else { throw .wrongGenesis }
        do throws(ForkMismatch) {
            try schedule.check(other.forkID, number: number, time: time)
        } catch {
            throw .wrongFork(error)
        }
    }
}
