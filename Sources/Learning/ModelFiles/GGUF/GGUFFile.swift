/// A GGUF model file, versions 2 and 3, little-endian: metadata and the places of the tensors.
///
/// Everything is checked when the file is opened: counts and lengths against the bytes that are there, dimensions
/// for overflow, tensors for lying aligned, inside the file and apart from each other. Reading a tensor
/// afterwards cannot leave the file.
public struct GGUFFile: Sendable {
    public let bytes: FileBytes
    public let version: UInt32
    public let metadata: [String: GGUFValue]
    public let tensors: [String: GGUFTensor]

    public init(_ bytes: FileBytes) throws(ModelFileError) {
        self.bytes = bytes
        (version, metadata, tensors) = try bytes.withUnsafeBytes {
            (buffer) throws(ModelFileError) in
            var parser = GGUFParser(file: bytes, buffer: buffer)
            return try parser.parse()
        }
        if let count = metadata["split.count"]?.integer, count > 1 {
            throw .splitPart(number: (metadata["split.no"]?.integer ?? 0) + 1, count: count)
        }
    }

    /// Opens and checks the file at `path`.
    public init(path: String) throws(ModelFileError) {
        let bytes = try FileBytes(mapping: path)
        if bytes.isGitLFSPointer { throw .gitLFSPointer(path: path) }
        try self.init(bytes)
    }

    /// The values of a tensor in FP32, row-major, as the file orders them.
    public func values(of tensor: GGUFTensor) -> [Float] {
        let count = tensor.count
        return [Float](unsafeUninitializedCapacity: count) { output, initialized in
            if let start = output.baseAddress {
                bytes.withUnsafeBytes {
                    tensor.type.dequantize(UnsafeRawBufferPointer(rebasing: $0[tensor.range]), into: start)
                }
            }
            initialized = count
        }
    }
}
