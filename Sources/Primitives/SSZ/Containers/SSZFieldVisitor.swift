/// Something done to every field of a container in order: serialising, hashing, decoding, writing JSON.
///
/// A container names its fields once, in `SSZContainer.visitFields`; each visitor is one operation over that list.
public protocol SSZFieldVisitor {
    associatedtype Failure: Error

    /// Called for each field with its specification name (`snake_case`), its place and its shape.
    mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) throws(Failure)
}

extension SSZFieldVisitor {
    /// The same for fields whose type needs no shape.
    @inlinable @inline(__always)
    public mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value) throws(Failure)
    where Value.Shape == Unshaped {
        try visit(name, &value, Unshaped())
    }
}
