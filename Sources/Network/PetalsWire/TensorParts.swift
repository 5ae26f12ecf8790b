public import HivemindAveraging
import Primitives

/// A tensor over several messages: the first part says shape and type, the others are bytes alone.
extension SerialisedTensor {
    /// Bytes of one part that is sent.
    public static let partSize = 1 << 20

    /// The parts, at least one.
    public func parts(of size: Int = partSize) -> [SerialisedTensor] {
        var first = self
        first.buffer = Array(buffer.prefix(size))
        first.chunks = (buffer.count + size - 1) / size
        return [first]
            + stride(from: size, to: max(size, buffer.count), by: size).map { start in
                SerialisedTensor(buffer: Array(buffer[start..<min(start + size, buffer.count)]), shape: [], type: "")
            }
    }
}

/// Puts tensors together that come in parts.
public struct TensorGathering: Sendable {
    /// Why parts are not taken.
    public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        case tooLarge(limit: Int)
        case tooMany(limit: Int)
        /// The first part says no type.
        case headless

        public var description: String {
            switch self {
            case .tooLarge(let limit): "the tensors have more than \(limit) bytes"
            case .tooMany(let limit): "there are more than \(limit) tensors"
            case .headless: "the first part of a tensor says no type"
            }
        }
    }

    private let limit: Int
    private var byteCount = 0
    /// All that has come; the last may lack parts.
    public private(set) var tensors: [SerialisedTensor] = []

    /// - Parameter limit: bytes of all tensors together.
    public init(limit: Int) { self.limit = limit }

    public mutating func add(_ part: SerialisedTensor) throws(Failure) {
        byteCount += part.buffer.count
        guard byteCount <= limit else { throw .tooLarge(limit: limit) }
        // A part with a type begins the next tensor.
        if part.type.isEmpty {
            guard !tensors.isEmpty else { throw .headless }
            tensors[tensors.count - 1].buffer += part.buffer
        } else {
            guard tensors.count < ExpertRequest.maximumTensors else { throw .tooMany(limit: ExpertRequest.maximumTensors) }
            tensors.append(part)
            tensors[tensors.count - 1].chunks = 0
        }
    }
}

/// Tensors that stand for "none", and tensors of integers.
extension SerialisedTensor {
    /// What stands in the place of a tensor that is left out.
    public static func absent(type: String = "float32") -> SerialisedTensor { SerialisedTensor(buffer: [], shape: [0], type: type) }

    /// Whether it stands for "none".
    public var isAbsent: Bool { count == 0 }

    /// Integers of 64 bits.
    public init(integers: [Int64]) {
        var buffer: [UInt8] = []
        for integer in integers { buffer.append(littleEndian: UInt64(bitPattern: integer)) }
        self.init(buffer: buffer, shape: [integers.count], type: "int64")
    }

    /// The integers of a tensor of these.
    public func integers() throws(TensorError) -> [Int64] {
        guard type == "int64" else { throw .type(type) }
        guard compression == .none else { throw .compression(compression) }
        guard buffer.count == 8 * count else { throw .length(expected: 8 * count, actual: buffer.count) }
        return (0..<count).map { Int64(bitPattern: buffer.littleEndian(UInt64.self, at: 8 * $0) ?? 0) }
    }
}
