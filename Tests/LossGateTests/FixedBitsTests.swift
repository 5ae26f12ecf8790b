import LoRA
import ModelFiles
import TestSupport
import Testing
import TinyModels
import Transformer

@testable import LossGate

/// Losses that every machine must find, bit for bit. A change of these numbers is a change of the chain's arithmetic:
/// nodes before and after it would disagree about updates.
@Suite struct FixedBitsTests {
    static func texts(_ vocabulary: Int) -> [[Int32]] {
        (0..<6).map { text in (0..<(5 + 9 * text)).map { Int32(($0 * 37 + text * 1011) % vocabulary) } }
    }

    @Test(
        arguments: [
            ("llama", 0x4183_773e), ("qwen2", 0x416e_3179), ("llama3-rope", 0x4186_aec6), ("linear-rope", 0x4184_718a),
            ("yarn-rope", 0x416e_9454),
        ] as [(String, UInt32)])
    func tinyModels(name: String, bits: UInt32) throws {
        let tiny = try #require(TinyModel(named: name))
        let context = ComputeContext(pool: ComputePool(threads: 2, niceness: 0))
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        let gate = try CPULossBackend(model: model, texts: Self.texts(640), context: context)
        let found = try gate.evaluate(try tiny.adapter()).lossBits
        #expect(found == bits, "\(name): 0x\(String(found, radix: 16))")
    }

    @Test(.needsDefaultModel, arguments: [WeightStorage.packed, .encoded])
    func defaultModel(storage: WeightStorage) throws {
        let file = try GGUFModel(path: try #require(Present.defaultModel))
        let context = ComputeContext(pool: ComputePool(threads: 2, niceness: 0))
        let model = try TransformerModel(weights: file, baseModelRoot: TinyModel.root, context: context, storage: storage)
        let found = try CPULossBackend(model: model, texts: Self.texts(49_152), context: context).evaluateBase().lossBits
        #expect(found == 0x414f_37e9, "0x\(String(found, radix: 16))")
    }
}
