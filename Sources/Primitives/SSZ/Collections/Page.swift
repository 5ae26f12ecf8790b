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
        nodes.withUnsafeMutableBytes { nodes in
            guard let base = nodes.baseAddress else { return }
            while row >= 1 {
                Self.hash(changed, of: row, base + 64 * row, into: base + 32 * row)
                changed = Self.parents(changed)
                row /= 2
            }
        }
    }

    /// Hashes pairs of packed chunks straight from the elements' memory.
    @usableFromInline mutating func updateBottomRow(width: Int, _ changed: UInt128) {
        let row = width / 2
        elements.withUnsafeBytes { bytes in
            nodes.withUnsafeMutableBytes { nodes in
                guard let source = bytes.baseAddress, let base = nodes.baseAddress else { return }
                let whole = bytes.count / 64
                Self.hash(changed & ((1 << UInt128(whole)) - 1), of: whole, source, into: base + 32 * row)
                guard whole < row, changed >> UInt128(whole) & 1 == 1, bytes.count > 64 * whole else { return }
                var block = InlineArray<64, UInt8>(repeating: 0)
                withUnsafeMutableBytes(of: &block) {
                    $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[(64 * whole)...]))
                }
                withUnsafeBytes(of: block) { block in
                    if let start = block.baseAddress { SHA256.hashPairs(start, pairs: 1, into: base + 32 * (row + whole)) }
                }
            }
        }
    }

    /// Hashes those of a row's `count` pairs whose bits are set.
    private static func hash(
        _ changed: UInt128, of count: Int, _ input: UnsafeRawPointer, into output: UnsafeMutableRawPointer
    ) {
        if changed == 0 { return }
        if changed == (1 << UInt128(count)) - 1 {
            SHA256.hashPairs(input, pairs: count, into: output)
            return
        }
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { picked in
            var picks = 0
            forEachSetBit(changed) {
                picked[picks] = UInt32($0)
                picks += 1
            }
            SHA256.hashPairs(input, picked: UnsafeBufferPointer(rebasing: picked[..<picks]), into: output)
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
        UInt128(halved(UInt64(truncatingIfNeeded: bits))) | UInt128(halved(UInt64(truncatingIfNeeded: bits >> 64))) << 32
    }

    private static func halved(_ bits: UInt64) -> UInt64 {
        var bits = (bits | bits >> 1) & 0x5555_5555_5555_5555
        bits = (bits | bits >> 1) & 0x3333_3333_3333_3333
        bits = (bits | bits >> 2) & 0x0f0f_0f0f_0f0f_0f0f
        bits = (bits | bits >> 4) & 0x00ff_00ff_00ff_00ff
        bits = (bits | bits >> 8) & 0x0000_ffff_0000_ffff
        return (bits | bits >> 16) & 0x0000_0000_ffff_ffff
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
