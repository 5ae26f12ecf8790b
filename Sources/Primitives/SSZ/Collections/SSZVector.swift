/// `Vector[Element, length]`: the ring buffers of a beacon state, sync committees, Merkle branches.
public typealias SSZVector<Element: SSZValue> = SSZCollection<Element, SSZVectorKind>

/// Always the same number of elements.
public enum SSZVectorKind: SSZCollectionKind {
    @inlinable public static var hasLimit: Bool { false }
}
