extension PagedElements {
    /// Whether this storage and `other` are copies of one value that has not changed since.
    @inlinable func isSame(as other: Self) -> Bool {
        count == other.count && Self.address(pages) == Self.address(other.pages)
    }

    @inlinable static func address<Value>(_ array: [Value]) -> UnsafePointer<Value>? {
        array.withUnsafeBufferPointer { $0.baseAddress }
    }

    @inlinable func forEachRun<E: Error>(
        comparedWith other: Self,
        _ body: (_ start: Int, _ elements: UnsafeBufferPointer<Element>, _ isShared: Bool) throws(E) -> Void
    ) throws(E) {
        for page in pages.indices {
            let elements = pages[page].elements
            let isShared =
                page < other.pages.count && elements.count == other.pages[page].elements.count
                && Self.address(elements) == Self.address(other.pages[page].elements)
            try elements.withUnsafeBufferPointer { (buffer) throws(E) in
                try body(page * Page<Element>.capacity, buffer, isShared)
            }
        }
    }

    @inlinable mutating func rewriteRuns<E: Error>(
        _ body: (
            _ start: Int, _ old: UnsafeBufferPointer<Element>, _ new: UnsafeMutableBufferPointer<Element>
        ) throws(E) -> Void
    ) throws(E) {
        guard let first = pages.first?.elements.first else { return }
        var scratch = [Element](repeating: first, count: Swift.min(count, Page<Element>.capacity))
        for page in pages.indices {
            let size = pages[page].elements.count
            let changed = try scratch.withUnsafeMutableBufferPointer { (scratch) throws(E) -> UInt128 in
                try pages[page].elements.withUnsafeBufferPointer { (old) throws(E) -> UInt128 in
                    try body(page * Page<Element>.capacity, old, UnsafeMutableBufferPointer(rebasing: scratch[..<size]))
                    return Self.differingLeaves(old, UnsafeBufferPointer(scratch))
                }
            }
            guard changed != 0 else { continue }
            pages[page].dirty |= changed
            pages[page].elements = Array(scratch[..<size])
        }
    }

    /// The dirty bits of the leaves in which `new` differs from `old`.
    @inlinable static func differingLeaves(_ old: UnsafeBufferPointer<Element>, _ new: UnsafeBufferPointer<Element>) -> UInt128 {
        let perLeaf = Element.elementsPerChunk ?? 1
        var halves: (UInt64, UInt64) = (0, 0)
        var leaf = 0
        var offset = 0
        while offset < old.count {
            let end = Swift.min(offset + perLeaf, old.count)
            var differs = false
            while offset < end {
                differs = differs || old[offset] != new[offset]
                offset += 1
            }
            let bit: UInt64 = (differs ? 1 : 0) << UInt64(leaf & 63)
            if leaf < 64 { halves.0 |= bit } else { halves.1 |= bit }
            leaf += 1
        }
        return UInt128(halves.0) | UInt128(halves.1) << 64
    }
}
