/// `Bitlist[limit]`: a variable number of bits, serialised with a delimiting bit behind the last one.
public struct Bitlist: Hashable, Sendable {
    @usableFromInline var bits: PackedBits

    /// `count` bits, all zero.
    public init(count: Int = 0) { bits = PackedBits(count: count) }

    /// The given bits in order.
    public init(_ values: some Sequence<Bool>) {
        let values = Array(values)
        bits = PackedBits(count: values.count)
        for (index, value) in values.enumerated() where value { bits[index] = true }
    }

    /// How many bits are set.
    public var setCount: Int { bits.setCount }

    /// The indices of the set bits, ascending.
    public var setIndices: [Int] { bits.setIndices }

    /// The bits with one more at the end.
    public mutating func append(_ bit: Bool) {
        if bits.count % 8 == 0 { bits.bytes.append(0) }
        bits.count += 1
        bits[bits.count - 1] = bit
    }
}

extension Bitlist: RandomAccessCollection, MutableCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { bits.count }

    /// The bit at `index`, which must be below `count`.
    @inlinable public subscript(index: Int) -> Bool {
        get { bits[index] }
        set { bits[index] = newValue }
    }
}

extension Bitlist: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Bool...) { self.init(elements) }
}
