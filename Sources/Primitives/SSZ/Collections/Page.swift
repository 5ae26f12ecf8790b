public import Primitives

/// A run of consecutive elements with the part of the Merkle tree above them: what one change copies and re-hashes.
///
/// The tree over the page's leaves is as wide as the leaves need, rounded up to a power of two. `nodes` holds it as a
/// heap: node 1 is the page's root, node `i` has the children `2i` and `2i + 1`. For packed elements the bottom row is the
/// elements' own memory and is not stored again.
@usableFromInline struct Page<Element: SSZValue>: Sendable {
    @usableFromInline var elements: [Element]
    /// Empty until the page is first hashed.
    @usableFromInline var nodes: [Hash32] = []
    /// One bit per leaf whose hash is out of date.
    @usableFromInline var dirty: UInt128 = .max

    @inlinable init(_ elements: [Element]) { self.elements = elements }

    /// The leaves of a full page: 64 element roots, or 128 packed chunks (4 KiB).
    @inlinable static var depth: Int { Element.elementsPerChunk == nil ? 6 : 7 }
    /// Elements of a full page.
    @inlinable static var capacity: Int { (Element.elementsPerChunk ?? 1) << depth }

    /// The dirty bit of the leaf that holds element `offset`.
    @inlinable static func dirtyBit(_ offset: Int) -> UInt128 { 1 << UInt128(offset / (Element.elementsPerChunk ?? 1)) }

    /// The element at `offset`, marked as changed when it is modified.
    @inlinable subscript(offset: Int) -> Element {
        _read { yield elements[offset] }
        _modify {
            dirty |= Self.dirtyBit(offset)
            yield &elements[offset]
        }
    }

    @inlinable var leafCount: Int {
        let perChunk = Element.elementsPerChunk ?? 1
        return (elements.count + perChunk - 1) / perChunk
    }
}

extension Page {
    /// Brings the hashes up to date. Returns the page's root and the depth of the tree that it is the root of.
    @inlinable mutating func updateRoot(_ shape: Element.Shape) -> (root: Hash32, depth: Int) {
        let leaves = leafCount
        guard leaves > 0 else { return (.zero, 0) }
        let depth = Merkle.depth(leaves: leaves)
        let width = 1 << depth
        let isPacked = Element.elementsPerChunk != nil
        if isPacked && width == 1 {
            dirty = 0
            return (paddedChunk(0), 0)
        }
        let size = isPacked ? width : 2 * width
        if nodes.count != size {
            nodes = Self.zeroTree(depth: depth, size: size)
            dirty = .max
        }
        if dirty != 0 {
            var changed = dirty & (UInt128.max >> UInt128(128 - leaves))
            if isPacked {
                changed = Self.parents(changed)
                updateBottomRow(width: width, changed)
            } else {
                forEachSetBit(changed) { nodes[width + $0] = elements[$0].hashTreeRoot(shape) }
            }
            updateInnerNodes(firstRow: isPacked ? width / 4 : width / 2, Self.parents(changed))
            dirty = 0
        }
        return (nodes[1], depth)
    }

    /// Hashes the changed nodes of the row that starts at node `firstRow` and of all rows above it.
    @usableFromInline mutating func updateInnerNodes(firstRow: Int, _ changed: UInt128) {
        var row = firstRow
        var changed = changed
        nodes.withUnsafeMutableBufferPointer { nodes in
            while row >= 1 {
                forEachSetBit(changed) { nodes[row + $0] = SHA256.hash(nodes[2 * (row + $0)], nodes[2 * (row + $0) + 1]) }
                changed = Self.parents(changed)
                row /= 2
            }
        }
    }

    /// Hashes pairs of packed chunks straight from the elements' memory.
    @usableFromInline mutating func updateBottomRow(width: Int, _ changed: UInt128) {
        let row = width / 2
        elements.withUnsafeBytes { bytes in
            nodes.withUnsafeMutableBufferPointer { nodes in
                forEachSetBit(changed) { pair in
                    let start = 64 * pair
                    if start + 64 <= bytes.count {
                        nodes[row + pair] = SHA256.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + 64)]))
                    } else {
                        var block = InlineArray<64, UInt8>(repeating: 0)
                        withUnsafeMutableBytes(of: &block) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start...])) }
                        nodes[row + pair] = withUnsafeBytes(of: block) { SHA256.hash($0) }
                    }
                }
            }
        }
    }

    /// The chunk at `index` of a packed page, padded with zeros.
    @usableFromInline func paddedChunk(_ index: Int) -> Hash32 {
        elements.withUnsafeBytes { bytes in
            let end = Swift.min(32 * index + 32, bytes.count)
            return Hash32 { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[(32 * index)..<end])) }
        }
    }

    /// The heap of an all-zero tree: `size` is `2^depth` without its leaves or twice that with them.
    @usableFromInline static func zeroTree(depth: Int, size: Int) -> [Hash32] {
        var nodes = [Hash32](repeating: .zero, count: size)
        for level in 0..<depth {
            let row = 1 << level
            for node in row..<(2 * row) { nodes[node] = Merkle.zeroHashes[depth - level] }
        }
        return nodes
    }

    /// Bit `i` of the result is set when bit `2i` or `2i + 1` of `bits` is.
    @usableFromInline static func parents(_ bits: UInt128) -> UInt128 {
        var result: UInt128 = 0
        forEachSetBit(bits) { result |= 1 << UInt128($0 / 2) }
        return result
    }
}

/// Calls `body` with the index of each set bit, ascending.
@inlinable func forEachSetBit(_ bits: UInt128, _ body: (Int) -> Void) {
    var rest = bits
    while rest != 0 {
        body(rest.trailingZeroBitCount)
        rest &= rest - 1
    }
}
