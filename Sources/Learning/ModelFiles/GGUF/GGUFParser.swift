/// Reads a GGUF file's header; see `GGUFFile`.
struct GGUFParser {
    let file: FileBytes
    let buffer: UnsafeRawBufferPointer
    private var offset = 0

    /// Metadata keys and tensors a file may have; the largest models have a few thousand.
    static let maximumEntries = 1 << 16
    /// Bytes of a key or a tensor's name.
    static let maximumNameLength = 1 << 12
    static let maximumArrayDepth = 4
    static let maximumDimensions = 4

    init(file: FileBytes, buffer: UnsafeRawBufferPointer) {
        self.file = file
        self.buffer = buffer
    }

    mutating func parse() throws(ModelFileError) -> (UInt32, [String: GGUFValue], [String: GGUFTensor]) {
        guard buffer.count >= 24, buffer.starts(with: "GGUF".utf8) else {
            throw malformed("it does not begin with the letters GGUF and a header of 24 bytes")
        }
        offset = 4
        let version: UInt32 = try integer()
        guard version == 2 || version == 3 else {
            if version.byteSwapped == 2 || version.byteSwapped == 3 { throw .unsupported("a big-endian GGUF file") }
            throw .unsupported("GGUF version \(version), where 2 and 3 are read")
        }
        let tensorCount = try count(of: "tensors", limit: Self.maximumEntries)
        let entryCount = try count(of: "metadata entries", limit: Self.maximumEntries)
        var metadata: [String: GGUFValue] = [:]
        for _ in 0..<entryCount {
            let key = try name()
            let type: UInt32 = try integer()
            guard metadata.updateValue(try value(type: type), forKey: key) == nil else {
                throw malformed("the metadata key \(key) occurs twice")
            }
        }
        var alignment = 32
        if let stated = metadata["general.alignment"] {
            guard let value = stated.integer, value >= 1, value <= 1 << 20, value & (value - 1) == 0 else {
                throw malformed("general.alignment is no power of two up to 1,048,576")
            }
            alignment = value
        }
        return (version, metadata, try tensors(count: tensorCount, alignment: alignment))
    }

    // MARK: Tensors

    private mutating func tensors(count: Int, alignment: Int) throws(ModelFileError) -> [String: GGUFTensor] {
        var infos: [(name: String, shape: [Int], type: GGMLType, offset: Int, size: Int)] = []
        for _ in 0..<count {
            let name = try name()
            let dimensionCount: UInt32 = try integer()
            guard dimensionCount >= 1, dimensionCount <= Self.maximumDimensions else {
                throw malformed("tensor \(name) has \(dimensionCount) dimensions, where 1 to 4 are possible")
            }
            var shape: [Int] = []
            for _ in 0..<dimensionCount {
                let dimension: UInt64 = try integer()
                guard let dimension = Int(exactly: dimension), dimension > 0 else {
                    throw malformed("tensor \(name) has a dimension of \(dimension)")
                }
                shape.insert(dimension, at: 0)
            }
            let number: UInt32 = try integer()
            guard let type = GGMLType(rawValue: number) else {
                throw .unsupported("tensor \(name) is encoded in GGML type \(number)")
            }
            let relative: UInt64 = try integer()
            guard let relative = Int(exactly: relative), relative % alignment == 0 else {
                throw malformed("tensor \(name) does not begin at a multiple of \(alignment)")
            }
            infos.append((name, shape, type, relative, try size(of: name, shape: shape, type: type)))
        }
        let (rounded, overflow) = offset.addingReportingOverflow(alignment - 1)
        guard !overflow else { throw malformed("the header is too long") }
        let dataStart = rounded & ~(alignment - 1)
        var tensors: [String: GGUFTensor] = [:]
        for info in infos {
            let (start, startOverflow) = dataStart.addingReportingOverflow(info.offset)
            let (end, endOverflow) = start.addingReportingOverflow(info.size)
            guard !startOverflow, !endOverflow, end <= buffer.count else {
                throw malformed(
                    "tensor \(info.name) of \(info.size) bytes at \(info.offset) reaches beyond the file's \(buffer.count)")
            }
            let tensor = GGUFTensor(name: info.name, shape: info.shape, type: info.type, range: start..<end)
            guard tensors.updateValue(tensor, forKey: info.name) == nil else {
                throw malformed("two tensors are named \(info.name)")
            }
        }
        let ordered = tensors.values.sorted { $0.range.lowerBound < $1.range.lowerBound }
        for (first, second) in zip(ordered, ordered.dropFirst())
        where first.range.upperBound > second.range.lowerBound {
            throw malformed("the tensors \(first.name) and \(second.name) overlap")
        }
        return tensors
    }

    private func size(of name: String, shape: [Int], type: GGMLType) throws(ModelFileError) -> Int {
        guard let row = shape.last, row % type.blockLength == 0 else {
            throw malformed("rows of tensor \(name) are no whole number of \(type) blocks")
        }
        var size = row / type.blockLength
        for factor in shape.dropLast() + [type.blockSize] {
            let (product, overflow) = size.multipliedReportingOverflow(by: factor)
            guard !overflow, product <= buffer.count else {
                throw malformed("tensor \(name) of shape \(shape) is larger than the file")
            }
            size = product
        }
        return size
    }

    // MARK: Metadata values

    private mutating func value(type: UInt32) throws(ModelFileError) -> GGUFValue {
        switch type {
        case 0: .unsigned(UInt64(try integer() as UInt8))
        case 1: .signed(Int64(try integer() as Int8))
        case 2: .unsigned(UInt64(try integer() as UInt16))
        case 3: .signed(Int64(try integer() as Int16))
        case 4: .unsigned(UInt64(try integer() as UInt32))
        case 5: .signed(Int64(try integer() as Int32))
        case 6: .float(Double(Float(bitPattern: try integer())))
        case 7: .bool(try bool())
        case 8: .string(buffer[try string()].map { $0 })
        case 9: .array(try array(depth: 0))
        case 10: .unsigned(try integer())
        case 11: .signed(try integer())
        case 12: .float(Double(bitPattern: try integer()))
        default: throw malformed("a metadata value has the unknown type \(type)")
        }
    }

    private mutating func array(depth: Int) throws(ModelFileError) -> GGUFArray {
        guard depth < Self.maximumArrayDepth else { throw malformed("metadata arrays are nested too deep") }
        let type: UInt32 = try integer()
        // No element is shorter than a byte, so the rest of the file bounds every allocation.
        let count = try count(of: "array elements", limit: buffer.count - offset)
        func elements<T>(_ size: Int, _ next: (inout Self) throws(ModelFileError) -> T) throws(ModelFileError) -> [T] {
            guard count <= (buffer.count - offset) / size else { throw malformed("a metadata array ends early") }
            var result: [T] = []
            result.reserveCapacity(count)
            for _ in 0..<count { result.append(try next(&self)) }
            return result
        }
        switch type {
        case 0: return .unsigned(try elements(1) { (p) throws(ModelFileError) in UInt64(try p.integer() as UInt8) })
        case 1: return .signed(try elements(1) { (p) throws(ModelFileError) in Int64(try p.integer() as Int8) })
        case 2: return .unsigned(try elements(2) { (p) throws(ModelFileError) in UInt64(try p.integer() as UInt16) })
        case 3: return .signed(try elements(2) { (p) throws(ModelFileError) in Int64(try p.integer() as Int16) })
        case 4: return .unsigned(try elements(4) { (p) throws(ModelFileError) in UInt64(try p.integer() as UInt32) })
        case 5: return .signed(try elements(4) { (p) throws(ModelFileError) in Int64(try p.integer() as Int32) })
        case 6:
            return .floats(
                try elements(4) { (p) throws(ModelFileError) in Double(Float(bitPattern: try p.integer())) })
        case 7: return .bools(try elements(1) { (p) throws(ModelFileError) in try p.bool() })
        case 8:
            let ranges = try elements(8) { (p) throws(ModelFileError) in try p.string() }
            return .strings(GGUFStrings(file: file, ranges: ranges))
        case 9: return .arrays(try elements(12) { (p) throws(ModelFileError) in try p.array(depth: depth + 1) })
        case 10: return .unsigned(try elements(8) { (p) throws(ModelFileError) in try p.integer() })
        case 11: return .signed(try elements(8) { (p) throws(ModelFileError) in try p.integer() })
        case 12: return .floats(try elements(8) { (p) throws(ModelFileError) in Double(bitPattern: try p.integer()) })
        default: throw malformed("a metadata array has the unknown type \(type)")
        }
    }

    // MARK: Pieces

    private func malformed(_ reason: String) -> ModelFileError { .malformed(format: "GGUF", reason: reason) }

    @inline(__always)
    private mutating func integer<T: FixedWidthInteger>() throws(ModelFileError) -> T {
        let size = MemoryLayout<T>.size
        guard buffer.count - offset >= size else { throw malformed("the header ends early at byte \(offset)") }
        defer { offset += size }
        return T(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    private mutating func bool() throws(ModelFileError) -> Bool {
        let byte: UInt8 = try integer()
        guard byte <= 1 else { throw malformed("a truth value is neither 0 nor 1") }
        return byte == 1
    }

    private mutating func count(of what: String, limit: Int) throws(ModelFileError) -> Int {
        let value: UInt64 = try integer()
        guard value <= UInt64(limit) else { throw malformed("\(value) \(what), more than \(limit)") }
        return Int(value)
    }

    /// The range of a length-prefixed string.
    private mutating func string() throws(ModelFileError) -> Range<Int> {
        let length: UInt64 = try integer()
        guard length <= UInt64(buffer.count - offset) else {
            throw malformed("a string of \(length) bytes reaches beyond the file")
        }
        let start = offset
        offset += Int(length)
        return start..<offset
    }

    private mutating func name() throws(ModelFileError) -> String {
        let range = try string()
        guard range.count <= Self.maximumNameLength,
            let name = String(validating: buffer[range], as: UTF8.self)
        else { throw malformed("a key or tensor name is too long or not UTF-8") }
        return name
    }
}
