import TestSupport
public import ModelFiles

/// Small random models in GGUF files of any encoding.
public enum EncodedModel {
    /// A model of two layers whose matrices are random blocks of `type`; equal arguments give equal bytes.
    public static func file(_ architecture: ModelConfiguration.Architecture, _ type: GGMLType) throws -> GGUFFile {
        try GGUFFile(FileBytes(bytes(architecture, type)))
    }

    static func bytes(_ architecture: ModelConfiguration.Architecture, _ type: GGMLType) -> [UInt8] {
        let name = architecture.rawValue
        let (hidden, inner, vocabulary, keys) = (256, 512, 600, 128)
        var writer = GGUFWriter()
        writer.add("general.architecture", name)
        writer.add("\(name).embedding_length", UInt32(hidden))
        writer.add("\(name).feed_forward_length", UInt32(inner))
        writer.add("\(name).block_count", UInt32(2))
        writer.add("\(name).attention.head_count", UInt32(4))
        writer.add("\(name).attention.head_count_kv", UInt32(2))
        writer.add("\(name).attention.layer_norm_rms_epsilon", Float(1e-5))
        writer.add("\(name).context_length", UInt32(128))
        var random = SeededGenerator(seed: UInt64(type.rawValue) + 77)
        func matrix(_ name: String, _ rows: Int, _ columns: Int) {
            let blocks = rows * columns / type.blockLength
            let bytes = (0..<blocks).flatMap { _ in block(type, &random) }
            writer.add(tensor: name, shape: [rows, columns], type: type, bytes: bytes)
        }
        func vector(_ name: String, _ count: Int, around center: Float) {
            let values = (0..<count).map { _ in center + Float.random(in: -0.2...0.2, using: &random) }
            writer.add(tensor: name, shape: [count], values: values)
        }
        matrix("token_embd.weight", vocabulary, hidden)
        vector("output_norm.weight", hidden, around: 1)
        if architecture == .qwen2 { matrix("output.weight", vocabulary, hidden) }
        for layer in 0..<2 {
            let prefix = "blk.\(layer)."
            vector(prefix + "attn_norm.weight", hidden, around: 1)
            vector(prefix + "ffn_norm.weight", hidden, around: 1)
            for (name, rows, columns) in [
                ("attn_q", hidden, hidden), ("attn_k", keys, hidden), ("attn_v", keys, hidden), ("attn_output", hidden, hidden),
                ("ffn_gate", inner, hidden), ("ffn_up", inner, hidden), ("ffn_down", hidden, inner),
            ] {
                matrix("\(prefix)\(name).weight", rows, columns)
                if architecture == .qwen2, ["attn_q", "attn_k", "attn_v"].contains(name) {
                    vector("\(prefix)\(name).bias", rows, around: 0)
                }
            }
        }
        return writer.serialized()
    }

    /// A random block whose values are about as large as those of a real model's weights.
    static func block(_ type: GGMLType, _ random: inout SeededGenerator) -> [UInt8] {
        switch type {
        case .f32: return little(Float.random(in: -0.1...0.1, using: &random).bitPattern)
        case .bf16: return little(UInt16(truncatingIfNeeded: Float.random(in: -0.1...0.1, using: &random).bitPattern >> 16))
        case .f16: return little(HalfPrecision.bits(.random(in: -0.1...0.1, using: &random)))
        default: break
        }
        var bytes = (0..<type.blockSize).map { _ in UInt8.random(in: 0...255, using: &random) }
        // Where the block's scales stand, and how large they are.
        let (places, size): ([Int], Float) =
            switch type {
            case .q4_0, .q4_1, .q5_0: ([0, 2], 0.012)
            case .q5_1: ([0, 2], 0.006)
            case .q8_0: ([0], 0.0008)
            case .q4_K, .q5_K: ([0, 2], 0.0002)
            default: ([208], 0.00005)
            }
        for place in places where place == 0 || place == 208 || ![.q4_0, .q5_0].contains(type) {
            let scale = HalfPrecision.bits(.random(in: 0.5...1.5, using: &random) * (place == 2 ? -size : size))
            bytes.replaceSubrange(place..<place + 2, with: little(scale))
        }
        return bytes
    }

    private static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
}

/// A model of FP32 values alone: what `inner` gives without its encodings.
public struct ValuesOnly: ModelWeights {
    let inner: any ModelWeights
    public init(_ inner: any ModelWeights) { self.inner = inner }
    public var configuration: ModelConfiguration { inner.configuration }
    public func shape(of name: String) -> [Int]? { inner.shape(of: name) }
    public func tensor(_ name: String) throws(ModelFileError) -> [Float] { try inner.tensor(name) }
}
