public import Primitives

/// The base model's losses on the sentences of a pool, as far as they were measured: they are the same for every candidate.
///
/// Its record carries a hash over all of it, so that a damaged one is measured anew and never judges.
public struct SentenceLosses: Sendable, Equatable {
    /// Sentences of a pool that are remembered at most: the first ones, half a megabyte.
    public static let limit = 1 << 16

    private let baseModel: Hash32
    private let pool: Hash32
    /// Bit patterns of the sums, ``unknown`` where there is none yet.
    private var bits: [UInt64]

    private static let unknown = Double.nan.bitPattern

    /// - Parameters:
    ///   - pool: root of the pool.
    ///   - count: sentences in it.
    public init(baseModel: Hash32, pool: Hash32, count: Int) {
        self.baseModel = baseModel
        self.pool = pool
        bits = Array(repeating: Self.unknown, count: max(0, min(count, Self.limit)))
    }

    /// Reads a record; `nil` where it is damaged, or of another model or pool.
    public init?(record: [UInt8], baseModel: Hash32, pool: Hash32, count: Int) {
        self.init(baseModel: baseModel, pool: pool, count: count)
        guard record.count == 8 * bits.count + 32 else { return nil }
        for index in bits.indices {
            guard let value = record.littleEndian(UInt64.self, at: 8 * index) else { return nil }
            bits[index] = value
        }
        guard record.suffix(32).elementsEqual(hash.bytes) else { return nil }
    }

    /// The values, eight little-endian bytes each, and a hash over them, the model and the pool.
    public var record: [UInt8] { values + hash.bytes }

    private var values: [UInt8] { bits.flatMap(\.littleEndianBytes) }
    private var hash: Hash32 { SHA256.hash(baseModel.bytes + pool.bytes + values) }

    /// ``LossReport/Text/sum`` of the sentence at `index`; `nil` where it is not known.
    public subscript(index: Int) -> Double? {
        guard bits.indices.contains(index), bits[index] != Self.unknown else { return nil }
        return Double(bitPattern: bits[index])
    }

    /// Remembers a sum. One that is not finite is measured each time.
    public mutating func note(_ sum: Double, at index: Int) {
        if bits.indices.contains(index), sum.isFinite { bits[index] = sum.bitPattern }
    }

    /// Where the sentences are whose losses are not known and may be remembered.
    public var missing: [Int] { bits.indices.filter { bits[$0] == Self.unknown } }
}
