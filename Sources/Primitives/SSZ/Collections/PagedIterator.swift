/// Walks over the elements of an `SSZList` or `SSZVector` page by page.
public struct PagedIterator<Element: SSZValue>: IteratorProtocol {
    @usableFromInline let pages: [Page<Element>]
    @usableFromInline var page: [Element]
    @usableFromInline var nextPage = 1
    @usableFromInline var offset = 0

    @inlinable init(_ storage: PagedElements<Element>) {
        pages = storage.pages
        page = storage.pages.first?.elements ?? []
    }

    @inlinable public mutating func next() -> Element? {
        if offset == page.count {
            guard nextPage < pages.count else { return nil }
            page = pages[nextPage].elements
            nextPage += 1
            offset = 0
        }
        defer { offset += 1 }
        return page[offset]
    }
}
