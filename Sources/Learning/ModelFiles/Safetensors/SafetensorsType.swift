/// The encodings of tensor values in a safetensors file.
public enum SafetensorsType: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case u8 = "U8"
    case i8 = "I8"
    case f8_e5m2 = "F8_E5M2"
    case f8_e4m3 = "F8_E4M3"
    case i16 = "I16"
    case u16 = "U16"
    case f16 = "F16"
    case bf16 = "BF16"
    case i32 = "I32"
    case u32 = "U32"
    case f32 = "F32"
    case f64 = "F64"
    case i64 = "I64"
    case u64 = "U64"

    /// Bytes of one value.
    public var size: Int {
        switch self {
        case .bool, .u8, .i8, .f8_e5m2, .f8_e4m3: 1
        case .i16, .u16, .f16, .bf16: 2
        case .i32, .u32, .f32: 4
        case .f64, .i64, .u64: 8
        }
    }

    /// The same encoding among those of GGUF files, for the types that weights are read from.
    var encoding: GGMLType? {
        switch self {
        case .f32: .f32
        case .f16: .f16
        case .bf16: .bf16
        default: nil
        }
    }
}

/// Where a tensor lies in a safetensors file.
public struct SafetensorsTensor: Sendable, Equatable {
    public let name: String
    public let type: SafetensorsType
    /// Dimensions, outermost first; none for a scalar.
    public let shape: [Int]
    /// The bytes in the file.
    public let range: Range<Int>
}
