/// The run-time shape of a collection: its limit (lists) or length (vectors), and the shape of its elements.
public struct Bound<ElementShape: Sendable>: Sendable {
    /// The most elements of a list, the exact number of elements of a vector.
    public let count: Int
    public let element: ElementShape

    @inlinable public init(count: Int, element: ElementShape) {
        self.count = count
        self.element = element
    }

    /// A list of at most `count` elements of the given shape.
    @inlinable public static func limit(_ count: UInt64, of element: ElementShape) -> Self {
        Self(count: Int(clamping: count), element: element)
    }

    /// A vector of exactly `count` elements of the given shape.
    @inlinable public static func length(_ count: UInt64, of element: ElementShape) -> Self {
        Self(count: Int(clamping: count), element: element)
    }
}

extension Bound<Unshaped> {
    /// A list of at most `count` elements, bytes or bits.
    @inlinable public static func limit(_ count: UInt64) -> Self { Self(count: Int(clamping: count), element: Unshaped()) }

    /// A vector of exactly `count` elements, bytes or bits.
    @inlinable public static func length(_ count: UInt64) -> Self { Self(count: Int(clamping: count), element: Unshaped()) }
}
