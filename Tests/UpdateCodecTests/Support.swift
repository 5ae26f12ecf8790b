import Crypto
import Foundation
import LoRA
import ModelFiles
import Primitives
import TestSupport
import Testing
import UpdateCodec

func vectorBytes(_ name: String) throws -> [UInt8] {
    let folder = Bundle.module.resourceURL ?? URL(filePath: ".")
    return [UInt8](try Data(contentsOf: folder.appending(path: "Vectors/\(name)")))
}

func model(hidden: Int, intermediate: Int, layers: Int, heads: Int, keyValueHeads: Int, headDimension: Int) -> ModelConfiguration {
    ModelConfiguration(
        architecture: .llama, vocabularySize: 100, hiddenSize: hidden, intermediateSize: intermediate, layerCount: layers,
        headCount: heads, keyValueHeadCount: keyValueHeads, headDimension: headDimension, rmsNormEpsilon: 1e-5,
        ropeTheta: 10_000, tieWordEmbeddings: true, attentionBias: false, contextLength: 64)
}

/// The model of the vector script.
let tinyLayout = LoRALayout(model: model(hidden: 64, intermediate: 130, layers: 2, heads: 4, keyValueHeads: 2, headDimension: 16))
let smolLMLayout = LoRALayout(model: model(hidden: 576, intermediate: 1536, layers: 30, heads: 9, keyValueHeads: 3, headDimension: 64))

let metadata = UpdateMetadata(
    baseModelRoot: Hash32(repeatElement(0x11, count: 32)) ?? .zero,
    parentAdapterRoot: Hash32(repeatElement(0x22, count: 32)) ?? .zero,
    trainer: Address(repeatElement(0xab, count: 20)) ?? .zero,
    publicKey: [8, 1, 0x12, 0x20] + [UInt8](repeating: 0xcd, count: 32),
    steps: 10, round: 3, seed: .max, dataHash: Hash32(repeatElement(0x33, count: 32)) ?? .zero, recipe: "batch 8x64, lr 1e-4")

/// Stands for a signature: the SHA-512 of the message.
func digestSignature(_ message: [UInt8]) -> [UInt8] { [UInt8](SHA512.hash(data: message)) }

/// Values of the size training gives, of another scale in every module.
func change(_ layout: LoRALayout, seed: UInt64) throws -> LoRADelta {
    var random = SeededGenerator(seed: seed)
    var values: [Float] = []
    values.reserveCapacity(layout.valueCount)
    for module in layout.modules {
        let scale = Float.random(in: 1e-4...1e-3, using: &random)
        for _ in 0..<module.count {
            // Four bits make a bell good enough.
            let word = random.next()
            let sum = Int64(word & 0xffff) + Int64(word >> 16 & 0xffff) - Int64(word >> 32 & 0xffff) - Int64(word >> 48)
            values.append(Float(sum) / 65_536 * scale)
        }
    }
    return try LoRADelta(layout: layout, values: values)
}
