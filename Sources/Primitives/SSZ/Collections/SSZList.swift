/// `List[Element, limit]` for the big lists of a beacon state: validators, balances, pending queues.
public typealias SSZList<Element: SSZValue> = SSZCollection<Element, SSZListKind>

/// Up to a limit of elements.
public enum SSZListKind: SSZCollectionKind {
    @inlinable public static var hasLimit: Bool { true }
}

extension SSZCollection: RangeReplaceableCollection where Kind == SSZListKind {
    /// Adds an element at the end. The limit is not checked here but by `validate` and by the specification's own rules.
    @inlinable public mutating func append(_ element: Element) { storage.append(element) }

    /// Replaces a range. Everything is re-hashed, since elements behind the range move.
    @inlinable public mutating func replaceSubrange(_ range: Range<Int>, with elements: some Collection<Element>) {
        var array = storage.array
        array.replaceSubrange(range, with: elements)
        storage = PagedElements(array)
    }
}
