public import Primitives

/// The storage of `SSZList` and `SSZVector`: elements in pages, each with its part of the Merkle tree, and the tree above
/// the pages.
///
/// Everything is a value: a copy shares all pages, and changing an element copies only its page (4 to 8 KiB). Changing
/// an element marks its leaf; `root` re-hashes marked leaves and the nodes above them.
@usableFromInline struct PagedElements<Element: SSZValue>: Sendable {
    @usableFromInline var pages: [Page<Element>] = []
    @usableFromInline var count = 0
    /// The tree over the pages' roots as a heap like `Page.nodes`; empty until first hashed.
    @usableFromInline var spine: [Hash32] = []

    @inlinable init() {}

    @inlinable init(_ elements: [Element]) {
        count = elements.count
        let capacity = Page<Element>.capacity
        if elements.count <= capacity {
            if !elements.isEmpty { pages = [Page(elements)] }
            return
        }
        pages.reserveCapacity((elements.count + capacity - 1) / capacity)
        for start in stride(from: 0, to: elements.count, by: capacity) {
            pages.append(Page(Array(elements[start..<Swift.min(start + capacity, elements.count)])))
        }
    }

    @inlinable init(repeating element: Element, count: Int) {
        self.count = count
        let capacity = Page<Element>.capacity
        let full = Page(Array(repeating: element, count: Swift.min(count, capacity)))
        pages = Array(repeating: full, count: count / capacity)
        if count % capacity > 0 { pages.append(Page(Array(repeating: element, count: count % capacity))) }
    }

    @inlinable subscript(index: Int) -> Element {
        _read {
            precondition(index >= 0 && index < count, "index out of range")
            yield pages[index / Page<Element>.capacity][index % Page<Element>.capacity]
        }
        _modify {
            precondition(index >= 0 && index < count, "index out of range")
            yield &pages[index / Page<Element>.capacity][index % Page<Element>.capacity]
        }
    }

    @inlinable mutating func append(_ element: Element) {
        let offset = count % Page<Element>.capacity
        if offset == 0 {
            pages.append(Page([element]))
        } else {
            let page = pages.count - 1
            pages[page].dirty |= Page<Element>.dirtyBit(offset)
            pages[page].elements.append(element)
        }
        count += 1
    }

    /// All elements in one array.
    @inlinable var array: [Element] {
        if pages.count == 1 { return pages[0].elements }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for page in pages { elements.append(contentsOf: page.elements) }
        return elements
    }
}

extension PagedElements {
    /// Lets `body` change every element in turn; only those that then differ count as changed.
    @inlinable mutating func updateEach<E: Error>(_ body: (_ index: Int, _ element: inout Element) throws(E) -> Void) throws(E) {
        for page in pages.indices {
            let base = page * Page<Element>.capacity
            for offset in pages[page].elements.indices {
                let before = pages[page].elements[offset]
                var after = before
                try body(base + offset, &after)
                if after != before { pages[page][offset] = after }
            }
        }
    }

    /// Makes the elements equal to `elements`; only positions that differ count as changed.
    @inlinable mutating func assign(_ elements: [Element]) {
        guard elements.count == count else {
            self = Self(elements)
            return
        }
        var index = 0
        for page in pages.indices {
            for offset in pages[page].elements.indices {
                if pages[page].elements[offset] != elements[index] { pages[page][offset] = elements[index] }
                index += 1
            }
        }
    }
}

extension PagedElements: Hashable {
    @inlinable static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && zip(left.pages, right.pages).allSatisfy { $0.elements == $1.elements }
    }

    @inlinable func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for page in pages { for element in page.elements { hasher.combine(element) } }
    }
}
