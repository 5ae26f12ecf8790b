/// Adds up the fixed part of a container: the lengths of its fixed-size fields, four bytes for each other.
public struct FixedLengthVisitor: SSZFieldVisitor {
    public typealias Failure = Never

    public private(set) var length = 0
    public private(set) var hasVariableFields = false

    @usableFromInline init() {}

    @inlinable public mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) {
        add(Value.fixedLength(shape))
    }

    @usableFromInline mutating func add(_ fieldLength: Int?) {
        length += fieldLength ?? 4
        if fieldLength == nil { hasVariableFields = true }
    }
}

/// Gives every field its SSZ default value.
public struct DefaultVisitor: SSZFieldVisitor {
    public typealias Failure = Never

    @usableFromInline init() {}

    @inlinable public mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) {
        value = Value(default: shape)
    }
}

/// Checks the limits and lengths of every field.
public struct ValidatingVisitor: SSZFieldVisitor {
    public typealias Failure = SSZError

    @usableFromInline init() {}

    @inlinable public mutating func visit<Value: SSZValue>(
        _ name: StaticString, _ value: inout Value, _ shape: Value.Shape
    ) throws(SSZError) {
        do {
            try value.validate(shape)
        } catch {
            throw error.inside(field: name)
        }
    }
}
