public import Primitives
public import SSZ

/// `merkleize` of consensus-specs `ssz/simple-serialize.md` written as it is defined: by recursion over the whole padded
/// tree, with no cached zero hashes and no shortcuts but one, for subtrees that are all padding.
public func slowMerkleize(_ chunks: ArraySlice<Hash32>, depth: Int) -> Hash32 {
    if depth == 0 { return chunks.first ?? .zero }
    if chunks.isEmpty {
        let half = slowMerkleize([], depth: depth - 1)
        return SHA256.hash(half, half)
    }
    let half = depth - 1 < 62 ? 1 << (depth - 1) : Int.max
    let left = chunks.prefix(half)
    return SHA256.hash(slowMerkleize(left, depth: depth - 1), slowMerkleize(chunks.dropFirst(left.count), depth: depth - 1))
}

/// `hash_tree_root` from the specification's definitions, by serialising the leaves and merkleizing recursively.
/// The slow twin of everything that `SSZ` caches and accumulates.
public func slowRoot<Value: SSZValue>(_ value: Value, _ shape: Value.Shape) -> Hash32 {
    if let container = value as? any SSZContainer { return slowContainerRoot(container, shape) }
    if let collection = value as? any SlowlyMerkleized { return collection.slowRoot(shape) }
    let chunks = slowPack(value.serialize(shape))
    return slowMerkleize(chunks[...], depth: depthOf(chunks.count))
}

/// A kind of collection with a recursive root of its own. `shape` is the collection's `Shape`.
public protocol SlowlyMerkleized {
    func slowRoot(_ shape: Any) -> Hash32
}

extension Array: SlowlyMerkleized where Element: SSZValue {
    public func slowRoot(_ shape: Any) -> Hash32 { slowListRoot(self, shape) }
}

extension SSZCollection: SlowlyMerkleized {
    public func slowRoot(_ shape: Any) -> Hash32 {
        if Kind.hasLimit { return slowListRoot(Array(self), shape) }
        guard let bound = shape as? Bound<Element.Shape> else { return .zero }
        return slowDataRoot(Array(self), bound)
    }
}

extension Bitlist: SlowlyMerkleized {
    public func slowRoot(_ shape: Any) -> Hash32 {
        guard let bound = shape as? Bound<Unshaped> else { return .zero }
        let chunks = slowPack(slowBytes(of: Array(self)))
        return slowMixInLength(slowMerkleize(chunks[...], depth: depthOf((bound.count + 255) / 256)), count)
    }
}

extension Bitvector: SlowlyMerkleized {
    public func slowRoot(_ shape: Any) -> Hash32 {
        guard let bound = shape as? Bound<Unshaped> else { return .zero }
        return slowMerkleize(slowPack(slowBytes(of: Array(self)))[...], depth: depthOf((bound.count + 255) / 256))
    }
}

private func slowContainerRoot<Container: SSZContainer>(_ container: Container, _ shape: Any) -> Hash32 {
    guard let shape = shape as? Container.Shape else { return .zero }
    var copy = container
    var visitor = SlowRootVisitor()
    copy.visitFields(&visitor, shape)
    return slowMerkleize(visitor.roots[...], depth: depthOf(visitor.roots.count))
}

private struct SlowRootVisitor: SSZFieldVisitor {
    typealias Failure = Never

    var roots: [Hash32] = []

    mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) {
        roots.append(slowRoot(value, shape))
    }
}

private func slowListRoot<Element: SSZValue>(_ elements: [Element], _ shape: Any) -> Hash32 {
    guard let bound = shape as? Bound<Element.Shape> else { return .zero }
    return slowMixInLength(slowDataRoot(elements, bound), elements.count)
}

private func slowDataRoot<Element: SSZValue>(_ elements: [Element], _ bound: Bound<Element.Shape>) -> Hash32 {
    let isBasic = Element.self is any FixedWidthInteger.Type || Element.self == Bool.self
    if isBasic, let size = Element.fixedLength(bound.element) {
        let chunks = slowPack(elements.flatMap { $0.serialize(bound.element) })
        let limit = UInt64(bound.count).multipliedFullWidth(by: UInt64(size))
        let limitChunks = (UInt128(limit.high) << 64 | UInt128(limit.low) + 31) / 32
        return slowMerkleize(chunks[...], depth: depthOf(Int(limitChunks)))
    }
    return slowMerkleize(elements.map { slowRoot($0, bound.element) }[...], depth: depthOf(bound.count))
}

private func slowMixInLength(_ root: Hash32, _ count: Int) -> Hash32 {
    var length = [UInt8](repeating: 0, count: 32)
    for byte in 0..<8 { length[byte] = UInt8(truncatingIfNeeded: count >> (8 * byte)) }
    return SHA256.hash(root.bytes + length)
}

private func slowPack(_ bytes: [UInt8]) -> [Hash32] {
    stride(from: 0, to: bytes.count, by: 32).compactMap { start in
        let part = bytes[start..<min(start + 32, bytes.count)]
        return Hash32(part + [UInt8](repeating: 0, count: 32 - part.count))
    }
}

private func slowBytes(of bits: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
    for (index, bit) in bits.enumerated() where bit { bytes[index / 8] |= 1 << UInt8(index % 8) }
    return bytes
}

private func depthOf(_ leaves: Int) -> Int {
    var depth = 0
    while depth < 62, 1 << depth < leaves { depth += 1 }
    return depth
}
