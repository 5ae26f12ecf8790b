public import Primitives

/// When a chain's rules change, and which other chains may be the same (EIP-2124, EIP-6122).
///
/// ```swift
/// let schedule = ForkSchedule(genesis: hash, blocks: [1_150_000, 1_920_000], times: [])
/// schedule.id(number: 1_200_000, time: 0)     // 0x97c2c34c/1920000
/// ```
public struct ForkSchedule: Hashable, Sendable {
    public let genesis: Hash32
    /// The first blocks, then the first times of forks, each once and in order.
    let forks: [UInt64]
    /// How many of them are blocks.
    let blockCount: Int
    /// The checksums before any fork, behind the first, and so on.
    let checksums: [Bytes4]

    /// - Parameters:
    ///   - blocks: first blocks of forks, in any order; zero is no fork.
    ///   - times: first times of forks, in any order; those at the genesis or before are none.
    public init(genesis: Hash32, genesisTime: UInt64 = 0, blocks: some Collection<UInt64>, times: some Collection<UInt64>) {
        let blocks = Set(blocks.filter { $0 > 0 }).sorted()
        let times = Set(times.filter { $0 > genesisTime }).sorted()
        var (checksum, checksums) = (CRC32(), [Bytes4]())
        checksum.update(genesis.bytes)
        checksums.append(checksum.bytes)
        for fork in blocks + times {
            checksum.update(fork.bigEndianBytes)
            checksums.append(checksum.bytes)
        }
        (self.genesis, forks, blockCount, self.checksums) = (genesis, blocks + times, blocks.count, checksums)
    }

    /// How many forks a head has passed.
    private func passed(number: UInt64, time: UInt64) -> Int {
        forks.indices.first { forks[$0] > ($0 < blockCount ? number : time) } ?? forks.count
    }

    /// The fork id at a head.
    public func id(number: UInt64, time: UInt64) -> ForkID {
        let passed = passed(number: number, time: time)
        return ForkID(hash: checksums[passed], next: passed < forks.count ? forks[passed] : 0)
    }

    /// Above any block number for a long time, below any time of a fork: the genesis of Ethereum.
    private static let firstTime: UInt64 = 1_438_269_973

    /// Whether who announces `other` may follow this chain, seen from this node's head (EIP-2124, "Validation rules").
    public func check(_ other: ForkID, number: UInt64, time: UInt64) throws(ForkMismatch) {
        let passed = passed(number: number, time: time)
        if other.hash == checksums[passed] {
            // Rule 1: a fork that the other has not passed must not have passed here.
            let head = passed < blockCount || blockCount == forks.count ? number : time
            guard other.next == 0 || head < other.next && (other.next <= Self.firstTime || time < other.next) else { throw .incompatible }
            return
        }
        // Rule 2: the other is behind, and knows the fork that comes next for it.
        if let place = checksums[..<passed].firstIndex(of: other.hash) {
            guard forks[place] == other.next else { throw .remoteStale }
            return
        }
        // Rule 3: this node is behind.
        guard checksums[(passed + 1)...].contains(other.hash) else { throw .incompatible }
    }
}

/// Why a chain cannot be this one.
public enum ForkMismatch: Error, Equatable, Sendable, CustomStringConvertible {
    /// The other side does not know a fork that has passed.
    case remoteStale
    /// Another chain, or this node does not know a fork that has passed there.
    case incompatible

    public var description: String {
        switch self {
        case .remoteStale: "the peer needs a newer version for this chain"
        case .incompatible: "the peer follows another chain, or this node needs a newer version"
        }
    }
}
