/// What tells a list from a vector: everything else is one implementation.
public protocol SSZCollectionKind: Sendable {
    /// Whether the number of elements varies up to a limit, and so goes into the root.
    static var hasLimit: Bool { get }
}

/// The elements of a `List` (``SSZList``) or a `Vector` (``SSZVector``).
///
/// Reads like an array. A copy costs nothing: it shares its pages with the original until one of them is written, and then
/// only that page is copied. Each page keeps its part of the Merkle tree, so `cachedHashTreeRoot` re-hashes only what
/// changed since the last call.
public struct SSZCollection<Element: SSZValue, Kind: SSZCollectionKind>: Sendable {
    @usableFromInline var storage: PagedElements<Element>

    /// No elements.
    @inlinable public init() { storage = PagedElements() }

    /// The given elements in order.
    @inlinable public init(_ elements: some Sequence<Element>) { storage = PagedElements(Array(elements)) }

    /// `count` times the same element.
    @inlinable public init(repeating element: Element, count: Int) { storage = PagedElements(repeating: element, count: count) }

    /// All elements in one array.
    @inlinable public var array: [Element] { storage.array }

    /// Lets `body` change every element in turn. Only elements that differ afterwards are re-hashed, and only their
    /// pages are copied when this value shares them.
    @inlinable public mutating func updateEach<E: Error>(
        _ body: (_ index: Int, _ element: inout Element) throws(E) -> Void
    ) throws(E) {
        try storage.updateEach(body)
    }

    /// Makes the elements equal to `elements`. Only positions that differ are re-hashed when the count stays the same.
    @inlinable public mutating func assign(_ elements: [Element]) { storage.assign(elements) }

    /// Calls `body` with each run of elements that lie one behind the other in memory, and the index of its first.
    @inlinable public func forEachRun<E: Error>(
        _ body: (_ start: Int, _ elements: UnsafeBufferPointer<Element>) throws(E) -> Void
    ) throws(E) {
        for (page, content) in storage.pages.enumerated() {
            try content.elements.withUnsafeBufferPointer { (buffer) throws(E) in
                try body(page * Page<Element>.capacity, buffer)
            }
        }
    }
}

extension SSZCollection: Hashable {}

extension SSZCollection: RandomAccessCollection, MutableCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { storage.count }

    /// The element at `index`, which must be below `count`. Modifying it in place marks its leaf for re-hashing.
    @inlinable public subscript(index: Int) -> Element {
        _read { yield storage[index] }
        _modify { yield &storage[index] }
    }

    @inlinable public func makeIterator() -> PagedIterator<Element> { PagedIterator(storage) }

    /// Swaps without exclusive access to both elements at once.
    @inlinable public mutating func swapAt(_ first: Int, _ second: Int) {
        guard first != second else { return }
        let element = storage[first]
        storage[first] = storage[second]
        storage[second] = element
    }
}

extension SSZCollection: ExpressibleByArrayLiteral {
    @inlinable public init(arrayLiteral elements: Element...) { self.init(elements) }
}

extension SSZCollection: CustomStringConvertible {
    public var description: String { array.description }
}
