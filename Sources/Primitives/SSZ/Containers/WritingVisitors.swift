/// Writes the fixed part of a container: fixed-size fields, and room for an offset per variable-size field.
public struct FixedPartWriter: SSZFieldVisitor {
    public typealias Failure = Never

    @usableFromInline var output: [UInt8]
    /// Where in `output` the container begins: offsets count from here.
    @usableFromInline let start: Int
    /// Where in `output` the offsets belong.
    @usableFromInline var offsetPlaces: [Int] = []

    @usableFromInline init(output: consuming [UInt8]) {
        start = output.count
        self.output = output
    }

    @inlinable public mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) {
        if Value.fixedLength(shape) != nil {
            value.serialize(shape, into: &output)
        } else {
            offsetPlaces.append(output.count)
            output.append(contentsOf: [0, 0, 0, 0])
        }
    }
}

/// Writes the variable-size fields behind the fixed part and fills in their offsets.
public struct VariablePartWriter: SSZFieldVisitor {
    public typealias Failure = Never

    @usableFromInline var output: [UInt8]
    @usableFromInline let start: Int
    @usableFromInline let offsetPlaces: [Int]
    @usableFromInline var next = 0

    @usableFromInline init(_ fixed: FixedPartWriter) {
        output = fixed.output
        start = fixed.start
        offsetPlaces = fixed.offsetPlaces
    }

    @inlinable public mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) {
        guard Value.fixedLength(shape) == nil else { return }
        writeOffset()
        value.serialize(shape, into: &output)
    }

    @usableFromInline mutating func writeOffset() {
        output.storeOffset(output.count - start, at: offsetPlaces[next])
        next += 1
    }
}

extension [UInt8] {
    /// Overwrites the four bytes at `place` with a little-endian offset.
    @usableFromInline mutating func storeOffset(_ offset: Int, at place: Int) {
        let value = UInt32(truncatingIfNeeded: offset).littleEndian
        withUnsafeMutableBytes { $0.storeBytes(of: value, toByteOffset: place, as: UInt32.self) }
    }
}
