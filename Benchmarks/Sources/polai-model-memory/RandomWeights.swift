import ModelFiles

/// Random weights of a model's shapes, drawn tensor by tensor when they are asked for: every byte is really there, as
/// it would be with a file's.
struct RandomWeights: ModelWeights {
    let configuration: ModelConfiguration
    let type: GGMLType
    private let shapes: [String: [Int]]

    init(_ configuration: ModelConfiguration, type: GGMLType) {
        self.configuration = configuration
        self.type = type
        shapes = Dictionary(uniqueKeysWithValues: configuration.tensorShapes.map { ($0.name, $0.shape) })
    }

    func shape(of name: String) -> [Int]? { shapes[name] }

    /// Norms are one, biases zero: only matrices matter here.
    func tensor(_ name: String) throws(ModelFileError) -> [Float] {
        guard let shape = shapes[name], shape.count == 1 else { throw .missingTensor(name) }
        return [Float](repeating: name.hasSuffix("norm.weight") ? 1 : 0, count: shape[0])
    }

    func encoded(_ name: String) -> EncodedTensor? {
        guard let shape = shapes[name], shape.count == 2 else { return nil }
        let blocks = shape[0] * shape[1] / type.blockLength
        var state = name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        let file = FileBytes(count: blocks * type.blockSize) { bytes in
            for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
                state &+= 0x9e37_79b9_7f4a_7c15
                var z = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
                z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
                bytes.storeBytes(of: tamed(z), toByteOffset: offset, as: UInt64.self)
            }
            for (place, scale) in scales {
                for block in 0..<blocks {
                    bytes.storeBytes(of: scale.littleEndian, toByteOffset: block * type.blockSize + place, as: UInt16.self)
                }
            }
        }
        return EncodedTensor(type: type, shape: shape, file: file, range: 0..<file.count)
    }

    /// Random bits with the exponents of values around 0.02, where the encoding is a plain float.
    private func tamed(_ bits: UInt64) -> UInt64 {
        switch type {
        case .bf16: bits & 0x80ff_80ff_80ff_80ff | 0x3c00_3c00_3c00_3c00
        case .f16: bits & 0x87ff_87ff_87ff_87ff | 0x2000_2000_2000_2000
        case .f32: bits & 0x80ff_ffff_80ff_ffff | 0x3c00_0000_3c00_0000
        default: bits
        }
    }

    /// The binary16 scales of a block, and their values.
    private var scales: [(place: Int, bits: UInt16)] {
        func half(_ value: Float) -> UInt16 { HalfPrecision.bits(value) }
        return switch type {
        case .q4_0, .q5_0: [(0, half(0.004))]
        case .q4_1, .q5_1: [(0, half(0.004)), (2, half(-0.03))]
        case .q8_0: [(0, half(0.0003))]
        case .q4_K, .q5_K: [(0, half(0.0001)), (2, half(0.0008))]
        case .q6_K: [(208, half(0.00002))]
        case .f32, .f16, .bf16: []
        }
    }
}
