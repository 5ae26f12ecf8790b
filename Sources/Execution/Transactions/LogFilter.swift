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

    public func matches(_ log: Log) -> Bool {
        guard addresses.isEmpty || addresses.contains(log.address), topics.count <= log.topics.count else { return false }
        return zip(topics, log.topics).allSatisfy { $0.isEmpty || $0.contains($1) }
    }

    /// Whether a block or receipt with this bloom filter may hold such a log.
    public func mayMatch(_ bloom: FixedBytes<256>) -> Bool {
        func holds(_ value: [UInt8]) -> Bool { Bloom.bits(of: value).allSatisfy { bloom[$0.byte] & $0.mask != 0 } }
        guard addresses.isEmpty || addresses.contains(where: { holds($0.bytes) }) else { return false }
        return topics.allSatisfy { place in place.isEmpty || place.contains { holds($0.bytes) } }
    }
}
