public import Primitives
public import RLP

/// The rules that a chain of execution follows and the next that are known to come (EIP-2124).
public struct ForkID: Hashable, Sendable, CustomStringConvertible {
    /// CRC32 of the genesis hash and of the blocks or times of the forks that have passed, big-endian.
    public var hash: Bytes4
    /// The block or time of the next fork; 0 when none is known.
    public var next: UInt64

    public init(hash: Bytes4, next: UInt64) { (self.hash, self.next) = (hash, next) }

    /// Reads `[hash, next]`.
    public init(_ list: inout RLPDecoder) throws(RLPError) {
        var fields = try list.list()
        hash = try fields.fixedBytes(Bytes4.self)
        next = try fields.uint64()
        try fields.finish()
    }

    /// Reads the value of an `eth` entry: `[[hash, next], …]`.
    init(entry: [UInt8]) throws(RLPError) {
        var outer = try RLPDecoder.list(entry)
        try self.init(&outer)
    }

    public func append(to list: inout RLPEncoder) {
        list.appendList { fields in
            fields.append(hash)
            fields.append(next)
        }
    }

    public var description: String { "\(hash.hex)/\(next)" }
}
