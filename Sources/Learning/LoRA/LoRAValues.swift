/// FP32 values for every B matrix of a layout, flat in module-name order, each B row-major `[out, rank]`.
///
/// What an adapter (a sum) and a delta (a step) have in common.
public protocol LoRAValues: Sendable, Equatable {
    var layout: LoRALayout { get }
    /// `layout.valueCount` values.
    var values: [Float] { get }
    /// Takes `values`, which must fill `layout` exactly. NaN and infinite values are allowed here.
    init(layout: LoRALayout, values: [Float]) throws(LoRAError)
}

extension LoRAValues {
    /// All zeros.
    public static func zero(_ layout: LoRALayout) -> Self {
        // A count taken from the layout itself always fits it.
        guard let zero = try? Self(layout: layout, values: [Float](repeating: 0, count: layout.valueCount)) else {
            preconditionFailure("a layout's own count of values was refused")
        }
        return zero
    }

    /// The B matrix of `module`, row-major `[out, rank]`.
    public func matrix(_ module: LoRAModule) -> ArraySlice<Float> { values[module.range] }

    /// The first module with a NaN or infinite value, or `nil` when every value is finite.
    public var firstNonFiniteModule: LoRAModule? {
        layout.modules.first { module in values[module.range].contains { !$0.isFinite } }
    }

    /// Whether no value is NaN or infinite.
    public var isFinite: Bool { values.allSatisfy(\.isFinite) }

    /// The values as little-endian FP32, in order: `4 · layout.valueCount` bytes.
    public var bytes: [UInt8] {
        #if _endian(little)
            return values.withUnsafeBytes { [UInt8]($0) }
        #else
            return values.flatMap { value in value.bitPattern.littleEndianBytes }
        #endif
    }

    /// Reads what ``bytes`` wrote.
    public init(layout: LoRALayout, bytes: [UInt8]) throws(LoRAError) {
        guard bytes.count == 4 * layout.valueCount else {
            throw .wrongCount(expected: layout.valueCount, actual: bytes.count / 4)
        }
        let values = bytes.withUnsafeBytes { raw in
            (0..<layout.valueCount).map { index in
                Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
            }
        }
        try self.init(layout: layout, values: values)
    }
}
