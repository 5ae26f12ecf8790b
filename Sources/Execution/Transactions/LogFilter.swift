public import EVM
public import Primitives

/// Which logs are asked for: of these addresses, with these topics at these places. An empty list stands for any.
public struct LogFilter: Sendable, Hashable {
    public var addresses: [Address]
    /// For each place the topics that may stand there; a log with fewer topics does not match.
    public var topics: [[Hash32]]

    public init(addresses: [Address] = [], topics: [[Hash32]] = []) {
        self.addresses = addresses
        self.topics = topics
    }

}

/// A filter made ready for many blocks: what its values set in a bloom filter is worked out once.
public struct LogSearch: Sendable {
    public let filter: LogFilter
    private let addresses: Set<Address>
    private let topics: [Set<Hash32>]
    /// For each list that is not empty, the bits of its values.
    private let bits: [[[(byte: Int, mask: UInt8)]]]

    public init(_ filter: LogFilter) {
        self.filter = filter
        addresses = Set(filter.addresses)
        topics = filter.topics.map { Set($0) }
        let lists = [filter.addresses.map(\.bytes)] + filter.topics.map { $0.map(\.bytes) }
        bits = lists.filter { !$0.isEmpty }.map { $0.map(Bloom.bits(of:)) }
    }

    public func matches(_ log: Log) -> Bool {
        guard addresses.isEmpty || addresses.contains(log.address), topics.count <= log.topics.count else { return false }
        return zip(topics, log.topics).allSatisfy { $0.isEmpty || $0.contains($1) }
    }

    /// Whether a block or receipt with this bloom filter may hold such a log.
    public func mayMatch(_ bloom: FixedBytes<256>) -> Bool {
        guard bits.isEmpty || bloom != FixedBytes<256>() else { return false }
        return bits.allSatisfy { list in list.contains { $0.allSatisfy { bloom[$0.byte] & $0.mask != 0 } } }
    }
}
