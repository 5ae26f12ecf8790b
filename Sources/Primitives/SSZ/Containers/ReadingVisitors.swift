/// Reads the fixed part of a container: decodes fixed-size fields and collects the offsets of the others.
public struct FixedPartReader: SSZFieldVisitor {
    public typealias Failure = SSZError

    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline var position = 0
    @usableFromInline var offsets: [Int] = []

    @usableFromInline init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    @inlinable public mutating func visit<Value: SSZValue>(
        _ name: StaticString, _ value: inout Value, _ shape: Value.Shape
    ) throws(SSZError) {
        do {
            if let length = Value.fixedLength(shape) {
                value = try Value(deserializing: take(length), shape)
            } else {
                let offset = try take(4)
                offsets.append(Int(UInt32(littleEndian: offset.loadUnaligned(as: UInt32.self))))
            }
        } catch {
            throw error.inside(field: name)
        }
    }

    @usableFromInline mutating func take(_ count: Int) throws(SSZError) -> UnsafeRawBufferPointer {
        guard count <= bytes.count - position else { throw SSZError(.tooShort(needed: position + count, actual: bytes.count)) }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }
}

/// Decodes the variable-size fields, each from its offset to the next one.
public struct VariablePartReader: SSZFieldVisitor {
    public typealias Failure = SSZError

    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline let offsets: [Int]
    @usableFromInline var next = 0

    @usableFromInline init(_ fixed: FixedPartReader) throws(SSZError) {
        bytes = fixed.bytes
        offsets = fixed.offsets
        try SSZOffsets.check(offsets, firstExpected: fixed.position, count: bytes.count)
    }

    @inlinable public mutating func visit<Value: SSZValue>(
        _ name: StaticString, _ value: inout Value, _ shape: Value.Shape
    ) throws(SSZError) {
        guard Value.fixedLength(shape) == nil else { return }
        do {
            value = try Value(deserializing: nextSlice(), shape)
        } catch {
            throw error.inside(field: name)
        }
    }

    @usableFromInline mutating func nextSlice() -> UnsafeRawBufferPointer {
        let start = offsets[next]
        next += 1
        let end = next < offsets.count ? offsets[next] : bytes.count
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}

/// The rules for offsets, shared by containers and by lists of variable-size elements.
@usableFromInline enum SSZOffsets {
    /// Refuses offsets that do not start at `firstExpected`, decrease, or leave the `count` bytes.
    static func check(_ offsets: [Int], firstExpected: Int, count: Int) throws(SSZError) {
        var previous = firstExpected
        for (index, offset) in offsets.enumerated() {
            if index == 0 && offset != firstExpected { throw SSZError(.firstOffset(expected: firstExpected, actual: offset)) }
            if offset < previous { throw SSZError(.offsetsDecrease(previous: previous, next: offset)) }
            if offset > count { throw SSZError(.offsetBeyondEnd(offset: offset, count: count)) }
            previous = offset
        }
    }
}
