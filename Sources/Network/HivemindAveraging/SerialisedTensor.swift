public import LibP2PProtocols
import Multiformats

/// A tensor, or a part of one, as Hivemind's and Petals' messages carry it (`runtime.proto`).
public struct SerialisedTensor: Equatable, Sendable {
    /// Dimensions that are read.
    public static let maximumDimensions = 16
    /// Numbers of one tensor that are read.
    public static let maximumCount = 1 << 26

    public enum Compression: UInt64, Sendable, CaseIterable {
        case none = 0
        case meanStd16Bit = 1
        case float16 = 2
        case quantile8Bit = 3
        case uniform8Bit = 4
        case blockwise8Bit = 5
    }

    public var buffer: [UInt8]
    public var shape: [Int]
    public var requiresGradient = false
    /// NumPy's name of the type before compression, `float32` for one.
    public var type: String
    public var compression: Compression
    /// Messages that the buffer comes in, where it comes in several; 0 for one.
    public var chunks = 0

    public init(buffer: [UInt8], shape: [Int], type: String = "float32", compression: Compression = .none) {
        (self.buffer, self.shape, self.type, self.compression) = (buffer, shape, type, compression)
    }

    /// How many numbers it has.
    public var count: Int { shape.reduce(1, *) }

    /// Reads the protobuf form.
    public init(bytes: [UInt8]) throws(WireError) {
        self.init(buffer: [], shape: [], type: "")
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: buffer = field.bytes ?? []
            case 2: try readSize(field)
            case 3: requiresGradient = field.varint.map { $0 != 0 } ?? false
            case 4:
                guard let text = field.text else { throw .malformed("the type of a tensor") }
                type = text
            case 5:
                guard let known = field.varint.flatMap(Compression.init(rawValue:)) else { throw .malformed("the compression of a tensor") }
                compression = known
            case 6: chunks = Int(truncatingIfNeeded: (field.varint ?? 0) & 0xff_ffff)
            default: break
            }
        }
        var count = 1
        for length in shape {
            let product = count.multipliedReportingOverflow(by: length)
            guard !product.overflow, product.partialValue <= Self.maximumCount else { throw .malformed("a tensor of too many numbers") }
            count = product.partialValue
        }
    }

    private mutating func readSize(_ field: ProtobufReader.Field) throws(WireError) {
        switch field.value {
        case .varint(let length): shape.append(Int(truncatingIfNeeded: min(length, 1 << 40)))
        case .bytes(var packed):
            while !packed.isEmpty {
                guard let length = try? Varint.decode(&packed) else { throw .malformed("the size of a tensor") }
                shape.append(Int(truncatingIfNeeded: min(length, 1 << 40)))
                guard shape.count <= Self.maximumDimensions else { break }
            }
        default: throw .malformed("the size of a tensor")
        }
        guard shape.count <= Self.maximumDimensions else { throw .malformed("more than \(Self.maximumDimensions) dimensions") }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        if !buffer.isEmpty { writer.bytes(1, buffer) }
        if !shape.isEmpty { writer.bytes(2, shape.flatMap { Varint.encode(UInt64($0)) }) }
        if requiresGradient { writer.varint(3, 1) }
        if !type.isEmpty { writer.text(4, type) }
        if compression != .none { writer.varint(5, compression.rawValue) }
        if chunks != 0 { writer.varint(6, UInt64(chunks)) }
        return writer.bytes
    }
}
