import Primitives

/// Serialising and decoding sequences of elements, the same for lists and vectors of every kind.
@usableFromInline enum ElementCoding {
    /// Appends the elements: one behind the other when their size is fixed, otherwise behind a table of offsets.
    @inlinable static func serialize<Elements: Collection>(
        _ elements: Elements, _ shape: Elements.Element.Shape, into output: inout [UInt8]
    ) where Elements.Element: SSZValue {
        if let length = Elements.Element.fixedLength(shape) {
            output.reserveCapacity(output.count + length * elements.count)
            for element in elements { element.serialize(shape, into: &output) }
            return
        }
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: 4 * elements.count))
        for (index, element) in elements.enumerated() {
            output.storeOffset(output.count - start, at: start + 4 * index)
            element.serialize(shape, into: &output)
        }
    }

    /// Decodes a list of at most `limit` elements.
    @inlinable static func list<Element: SSZValue>(
        _ bytes: UnsafeRawBufferPointer, limit: Int, _ shape: Element.Shape
    ) throws(SSZError) -> [Element] {
        guard let length = Element.fixedLength(shape) else { return try variable(bytes, limit: limit, shape) }
        guard length > 0, bytes.count % length == 0 else { throw SSZError(.notMultiple(of: length, actual: bytes.count)) }
        guard bytes.count / length <= limit else { throw SSZError(.overLimit(limit: limit, actual: bytes.count / length)) }
        return try fixed(bytes, length: length, shape)
    }

    /// Decodes a vector of exactly `count` elements.
    @inlinable static func vector<Element: SSZValue>(
        _ bytes: UnsafeRawBufferPointer, count: Int, _ shape: Element.Shape
    ) throws(SSZError) -> [Element] {
        guard let length = Element.fixedLength(shape) else {
            let elements: [Element] = try variable(bytes, limit: count, shape)
            guard elements.count == count else { throw SSZError(.wrongCount(expected: count, actual: elements.count)) }
            return elements
        }
        let (expected, overflow) = length.multipliedReportingOverflow(by: count)
        guard !overflow, bytes.count == expected else { throw SSZError(.wrongLength(expected: expected, actual: bytes.count)) }
        return try fixed(bytes, length: length, shape)
    }

    /// Decodes elements of `length` bytes each; `bytes` holds a whole number of them.
    @inlinable static func fixed<Element: SSZValue>(
        _ bytes: UnsafeRawBufferPointer, length: Int, _ shape: Element.Shape
    ) throws(SSZError) -> [Element] {
        var elements: [Element] = []
        elements.reserveCapacity(bytes.count / max(length, 1))
        var position = 0
        while position < bytes.count {
            let slice = UnsafeRawBufferPointer(rebasing: bytes[position..<(position + length)])
            do {
                elements.append(try Element(deserializing: slice, shape))
            } catch {
                throw error.inside(element: position / length)
            }
            position += length
        }
        return elements
    }

    /// Decodes elements behind a table of offsets, whose first entry tells how many there are.
    @inlinable static func variable<Element: SSZValue>(
        _ bytes: UnsafeRawBufferPointer, limit: Int, _ shape: Element.Shape
    ) throws(SSZError) -> [Element] {
        let offsets = try SSZOffsets.table(bytes, limit: limit)
        var elements: [Element] = []
        for (index, start) in offsets.enumerated() {
            let end = index + 1 < offsets.count ? offsets[index + 1] : bytes.count
            do {
                elements.append(try Element(deserializing: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), shape))
            } catch {
                throw error.inside(element: index)
            }
        }
        return elements
    }

    /// Checks every element, with its index in the error.
    @inlinable static func validate<Elements: Collection>(
        _ elements: Elements, _ shape: Elements.Element.Shape
    ) throws(SSZError) where Elements.Element: SSZValue {
        for (index, element) in elements.enumerated() {
            do {
                try element.validate(shape)
            } catch {
                throw error.inside(element: index)
            }
        }
    }
}

extension SSZOffsets {
    /// Reads and checks the offset table of a list of variable-size elements; no bytes at all are an empty list.
    @usableFromInline static func table(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(SSZError) -> [Int] {
        guard !bytes.isEmpty else { return [] }
        guard bytes.count >= 4 else { throw SSZError(.tooShort(needed: 4, actual: bytes.count)) }
        let first = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        guard first > 0, first % 4 == 0 else { throw SSZError(.notMultiple(of: 4, actual: first)) }
        guard first <= bytes.count else { throw SSZError(.offsetBeyondEnd(offset: first, count: bytes.count)) }
        guard first / 4 <= limit else { throw SSZError(.overLimit(limit: limit, actual: first / 4)) }
        let offsets = (0..<(first / 4)).map {
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
        try check(offsets, firstExpected: first, count: bytes.count)
        return offsets
    }
}
