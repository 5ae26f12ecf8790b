import Aggregation
import LoRA
import ModelFiles
import Primitives
import UpdateCodec

/// Encoding, decoding and applying an update of the default model's shape, one thread.
///
/// The change is made up: each module's rows follow one pattern of signs or its opposite, every fifth sign wrong, which
/// codes about as well as what training gives. Decoding reads the file and makes FP32 values; applying adds them.
func measureCodecs(_ table: inout Table, samples: Int) throws {
    let layout = LoRALayout.defaultModel
    let change = try patternedChange(layout)
    let adapter = LoRAAdapter.zero(layout)
    for codec in [UpdateEncoding.signRows, .sign1Bit, .topK2Bit] {
        var encoding: [Double] = [], decoding: [Double] = [], applying: [Double] = []
        var size = 0
        for _ in 0..<samples {
            var file: UpdateFile?
            encoding.append(
                try seconds {
                    let update = try UpdateEncoder(metadata: metadata).encode(change, codec: codec)
                    file = try UpdateFile(update, metadata: metadata) { _ in [UInt8](repeating: 0x5a, count: 64) }
                })
            guard let bytes = file?.bytes else { continue }
            size = bytes.count
            var delta = LoRADelta.zero(layout)
            decoding.append(try seconds { delta = try UpdateFile(bytes).delta(layout: layout) })
            applying.append(try seconds { keep(try adapter.adding(delta)) })
        }
        table.add("encode \(codec.rawValue)", median(encoding) * 1e3, "ms", note: "\(size) bytes")
        table.add("decode \(codec.rawValue)", median(decoding) * 1e3, "ms")
        table.add("apply \(codec.rawValue)", median(applying) * 1e3, "ms")
    }
}

private let metadata = UpdateMetadata(
    baseModelRoot: .zero, parentAdapterRoot: .zero, trainer: Address(),
    publicKey: [UInt8](repeating: 0, count: 36), steps: 10, round: 1, seed: 1, dataHash: .zero)

/// Krum over as many updates as a manifest may gather: all distances, scores and the average of those taken.
func measureKrum(_ table: inout Table, samples: Int) throws {
    let layout = LoRALayout.defaultModel
    let inputs = try (1...23).map { number in
        AggregationInput(
            id: SHA256.hash([UInt8(number)]), delta: try patternedChange(layout, seed: UInt64(number)), steps: 10)
    }
    var times: [Double] = []
    for _ in 0..<samples { times.append(try seconds { keep(try AggregatedUpdate(inputs, layout: layout, rule: .chain)) }) }
    table.add("Multi-Krum and FedAvg of 23 updates", median(times) * 1e3, "ms", note: "\(layout.valueCount) values each, one thread")
}

extension LoRALayout {
    /// The adapter of SmolLM2-135M.
    fileprivate static var defaultModel: LoRALayout {
        LoRALayout(
            model: ModelConfiguration(
                architecture: .llama, vocabularySize: 49_152, hiddenSize: 576, intermediateSize: 1536, layerCount: 30, headCount: 9,
                keyValueHeadCount: 3, headDimension: 64, rmsNormEpsilon: 1e-5, ropeTheta: 100_000, tieWordEmbeddings: true,
                attentionBias: false, contextLength: 2048))
    }
}

private func patternedChange(_ layout: LoRALayout, seed: UInt64 = 1) throws -> LoRADelta {
    var state = seed
    func random() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
    var values = [Float](repeating: 0, count: layout.valueCount)
    let rank = layout.configuration.rank
    for module in layout.modules {
        let pattern = random()
        for row in 0..<module.outputSize {
            let flip = random() & 1
            for column in 0..<rank {
                let sign = (pattern >> UInt64(column) ^ flip ^ (random() % 5 == 0 ? 1 : 0)) & 1
                values[module.offset + row * rank + column] = (sign == 1 ? 1 : -1) * Float(random() & 0xffff) / 65_536 * 5e-4
            }
        }
    }
    return try LoRADelta(layout: layout, values: values)
}
