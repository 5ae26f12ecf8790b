/// A set that keeps its newest `limit` elements: what was seen, in bounded memory.
public struct RecentSet<Element: Hashable & Sendable>: Sendable {
    public let limit: Int
    private var elements: Set<Element> = []
    /// The elements by age, as a ring once it is full.
    private var ring: [Element] = []
    private var oldest = 0

    /// - Parameter limit: at least 1.
    public init(limit: Int) { self.limit = max(1, limit) }

    public var count: Int { elements.count }

    public func contains(_ element: Element) -> Bool { elements.contains(element) }

    /// Adds `element`; one that is there stays as old as it is.
    ///
    /// - Returns: whether it was not there, and the one that is forgotten for it, if any.
    @discardableResult
    public mutating func insert(_ element: Element) -> (inserted: Bool, forgotten: Element?) {
        guard elements.insert(element).inserted else { return (false, nil) }
        guard ring.count == limit else {
            ring.append(element)
            return (true, nil)
        }
        let forgotten = ring[oldest]
        elements.remove(forgotten)
        ring[oldest] = element
        oldest = (oldest + 1) % limit
        return (true, forgotten)
    }
}
