// Work on many elements at once, a page at a time: what an epoch's end does to every validator.
extension SSZList {
    /// Elements of each run but the last.
    @inlinable public static var runCapacity: Int { Page<Element>.capacity }

    /// Whether this list and `other` are copies of one list that has not changed since. Costs nothing, and may be false for
    /// lists that are equal.
    @inlinable public func isSame(as other: Self) -> Bool { storage.isSame(as: other.storage) }

    /// Calls `body` with each run of elements that lie one behind the other in memory, the index of its first, and whether
    /// `other` has the very same memory at this place: nothing in it changed since one list was copied from the other.
    @inlinable public func forEachRun<E: Error>(
        comparedWith other: Self,
        _ body: (_ start: Int, _ elements: UnsafeBufferPointer<Element>, _ isShared: Bool) throws(E) -> Void
    ) throws(E) {
        try storage.forEachRun(comparedWith: other.storage, body)
    }

    /// Lets `body` write the new elements of each run, all of them, beside the old ones. Only leaves that differ are re-hashed,
    /// and only their pages are replaced.
    @inlinable public mutating func rewriteRuns<E: Error>(
        _ body: (
            _ start: Int, _ old: UnsafeBufferPointer<Element>, _ new: UnsafeMutableBufferPointer<Element>
        ) throws(E) -> Void
    ) throws(E) {
        try storage.rewriteRuns(body)
    }
}
