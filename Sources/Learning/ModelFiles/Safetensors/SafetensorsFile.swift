import JSON

/// A safetensors file: a JSON header of names, types, shapes and offsets, then the tensors' bytes.
///
/// The header is checked strictly when the file is opened: no duplicate keys, no unknown types, every tensor's
/// length exactly what its shape needs, and the tensors covering the rest of the file without gap, overlap or
/// trailing bytes. Reading a tensor afterwards cannot leave the file.
public struct SafetensorsFile: Sendable {
    public let bytes: FileBytes
    /// The file's own string-to-string metadata.
    public let metadata: [String: String]
    /// The tensors in the order of their bytes.
    public let tensors: [SafetensorsTensor]
    private let indexByName: [String: Int]

    /// Longest header read from a model file; real ones stay below 2 MB.
    public static let maximumHeaderSize = 100_000_000

    public init(_ bytes: FileBytes, maximumHeaderSize: Int = maximumHeaderSize) throws(ModelFileError) {
        self.bytes = bytes
        (metadata, tensors) = try bytes.withUnsafeBytes { (buffer) throws(ModelFileError) in
            try Self.parse(buffer, maximumHeaderSize: maximumHeaderSize)
        }
        var indexByName: [String: Int] = [:]
        for (index, tensor) in tensors.enumerated() {
            // Names that are different bytes but the same Unicode text would be one key here.
            guard indexByName.updateValue(index, forKey: tensor.name) == nil else {
                throw Self.malformed("two tensors are named \(tensor.name)")
            }
        }
        self.indexByName = indexByName
    }

    /// Opens and checks the file at `path`.
    public init(path: String) throws(ModelFileError) {
        let bytes = try FileBytes(mapping: path)
        if bytes.isGitLFSPointer { throw .gitLFSPointer(path: path) }
        try self.init(bytes)
    }

    /// The tensor of this name.
    public subscript(name: String) -> SafetensorsTensor? { indexByName[name].map { tensors[$0] } }

    /// The bytes of a tensor of this file, little-endian, row-major.
    public func withBytes<R, E: Error>(
        of tensor: SafetensorsTensor, _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try bytes.withUnsafeBytes { (buffer) throws(E) -> R in
            try body(UnsafeRawBufferPointer(rebasing: buffer[tensor.range]))
        }
    }

    /// The values of an F32, F16 or BF16 tensor in FP32.
    public func values(of tensor: SafetensorsTensor) throws(ModelFileError) -> [Float] {
        guard let type = tensor.type.encoding else {
            throw .unsupported("tensor \(tensor.name) is of type \(tensor.type.rawValue)")
        }
        let count = tensor.range.count / tensor.type.size
        return withBytes(of: tensor) { source in
            [Float](unsafeUninitializedCapacity: count) { output, initialized in
                if let start = output.baseAddress { type.dequantize(source, into: start) }
                initialized = count
            }
        }
    }

    // MARK: Parsing

    private static func malformed(_ reason: String) -> ModelFileError {
        .malformed(format: "safetensors", reason: reason)
    }

    private static func parse(
        _ buffer: UnsafeRawBufferPointer, maximumHeaderSize: Int
    ) throws(ModelFileError) -> ([String: String], [SafetensorsTensor]) {
        guard buffer.count >= 8 else { throw malformed("it is shorter than 8 bytes") }
        let stated = UInt64(littleEndian: buffer.loadUnaligned(as: UInt64.self))
        guard stated >= 2, stated <= UInt64(min(maximumHeaderSize, buffer.count - 8)) else {
            throw malformed("its header of \(stated) bytes does not fit the file of \(buffer.count)")
        }
        let dataStart = 8 + Int(stated)
        guard buffer[8] == UInt8(ascii: "{") else { throw malformed("its header does not begin with {") }
        let header: JSONValue
        do throws(JSONError) {
            header = try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: buffer[8..<dataStart]), uniqueNames: true)
        } catch {
            throw malformed("its header is no JSON: \(error)")
        }
        guard let members = header.object else { throw malformed("its header is no object") }
        var metadata: [String: String] = [:]
        var tensors: [SafetensorsTensor] = []
        for member in members {
            if member.name == "__metadata__" {
                guard let entries = member.value.object else { throw malformed("__metadata__ is no object") }
                for entry in entries {
                    guard let text = entry.value.string else { throw malformed("the metadata \(entry.name) is no string") }
                    guard metadata.updateValue(text, forKey: entry.name) == nil else {
                        throw malformed("the metadata key \(entry.name) occurs twice")
                    }
                }
            } else {
                tensors.append(try tensor(member.name, member.value, dataStart: dataStart, end: buffer.count))
            }
        }
        tensors.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var end = dataStart
        for tensor in tensors {
            guard tensor.range.lowerBound == end else {
                throw malformed("there is a gap or an overlap before tensor \(tensor.name)")
            }
            end = tensor.range.upperBound
        }
        guard end == buffer.count else { throw malformed("\(buffer.count - end) bytes follow the last tensor") }
        return (metadata, tensors)
    }

    private static func tensor(
        _ name: String, _ value: JSONValue, dataStart: Int, end: Int
    ) throws(ModelFileError) -> SafetensorsTensor {
        guard let members = value.object, members.count == 3,
            let typeName = value["dtype"]?.string, let dimensions = value["shape"]?.array,
            let offsets = value["data_offsets"]?.array, offsets.count == 2,
            let first = offsets[0].int, let last = offsets[1].int
        else { throw malformed("the entry of tensor \(name) is not {dtype, shape, data_offsets}") }
        guard let type = SafetensorsType(rawValue: typeName) else {
            throw .unsupported("tensor \(name) is of type \(typeName)")
        }
        guard first >= 0, last >= first, last <= end - dataStart else {
            throw malformed("tensor \(name) lies at \(first)..<\(last) of \(end - dataStart) bytes")
        }
        var shape: [Int] = []
        var size = type.size
        var overflowed = false
        for dimension in dimensions {
            guard let dimension = dimension.int, dimension >= 0 else {
                throw malformed("tensor \(name) has a dimension that is no count")
            }
            shape.append(dimension)
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            overflowed = overflowed || overflow
            size = product
        }
        guard !overflowed, size == last - first else {
            throw malformed("tensor \(name) of shape \(shape) does not fill its \(last - first) bytes")
        }
        return SafetensorsTensor(name: name, type: type, shape: shape, range: (dataStart + first)..<(dataStart + last))
    }
}
