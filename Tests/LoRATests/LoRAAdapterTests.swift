import LoRA
import ModelFiles
import Primitives
import Testing

@Suite struct LoRAAdapterTests {
    static let model = ModelConfiguration(
        architecture: .llama, vocabularySize: 32, hiddenSize: 12, intermediateSize: 20, layerCount: 11, headCount: 4,
        keyValueHeadCount: 2, headDimension: 4, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
        attentionBias: false, contextLength: 64)
    let layout = LoRALayout(model: model)

    @Test func modulesStandInByteOrderOfTheirNames() {
        let names = layout.modules.map(\.name)
        #expect(names.count == 77)
        #expect(names == names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        #expect(names[0] == "model.layers.0.mlp.down_proj")
        #expect(names.firstIndex(of: "model.layers.10.mlp.down_proj").map { $0 < 77 - 7 } == true)
        var offset = 0
        for module in layout.modules {
            #expect(module.offset == offset)
            offset += module.count
        }
        #expect(offset == layout.valueCount)
    }

    @Test func shapesFollowTheModel() throws {
        let key = try #require(layout.module(layer: 3, target: .key))
        #expect(key.name == "model.layers.3.self_attn.k_proj")
        #expect((key.inputSize, key.outputSize) == (12, 8))
        let output = try #require(layout.module(layer: 3, target: .output))
        #expect((output.inputSize, output.outputSize) == (16, 12))
        let down = try #require(layout.module(named: "model.layers.10.mlp.down_proj"))
        #expect((down.inputSize, down.outputSize) == (20, 12))
        #expect(layout.module(named: "lm_head") == nil)
        #expect(
            LoRAConfiguration.Target.allCases.map(\.shortName)
                == ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"])
    }

    @Test func rootIsTheDigestOfTheBytes() throws {
        let zero = LoRAAdapter.zero(layout)
        #expect(zero.root == SHA256.hash([UInt8](repeating: 0, count: 4 * layout.valueCount)))
        var values = zero.values
        values[1] = 1
        let one = try LoRAAdapter(layout: layout, values: values)
        var bytes = [UInt8](repeating: 0, count: 4 * layout.valueCount)
        (bytes[6], bytes[7]) = (0x80, 0x3f)
        #expect(one.root == SHA256.hash(bytes))
        #expect(try LoRAAdapter(layout: layout, bytes: one.bytes) == one)
    }

    @Test func deltasAddInOrder() throws {
        let large = try delta { _ in 16_777_216 }
        let small = try delta { Float($0 % 3) * 0.75 }
        let largeFirst = try LoRAAdapter.zero(layout).adding(large).adding(small).adding(small)
        let largeLast = try LoRAAdapter.zero(layout).adding(small).adding(small).adding(large)
        // FP32 steps by 2 here: 0.75 is lost each time, 1.5 is not.
        #expect(largeFirst.values[1] == 16_777_216)
        #expect(largeLast.values[1] == 16_777_218)
        #expect(largeFirst.root != largeLast.root)
    }

    @Test func refusesWhatIsNotFinite() throws {
        let poisoned = try delta { $0 == 40 ? .nan : 0 }
        let module = try #require(layout.modules.first { $0.range.contains(40) })
        #expect(!poisoned.isFinite)
        #expect(poisoned.firstNonFiniteModule == module)
        #expect(throws: LoRAError.notFinite(module: module.name)) { try LoRAAdapter.zero(layout).adding(poisoned) }
        let huge = try delta { _ in .greatestFiniteMagnitude }
        #expect(throws: LoRAError.notFinite(module: layout.modules[0].name)) {
            try LoRAAdapter.zero(layout).adding(huge).adding(huge)
        }
    }

    @Test func refusesOtherShapes() throws {
        #expect(throws: LoRAError.wrongCount(expected: layout.valueCount, actual: 3)) {
            try LoRADelta(layout: layout, values: [1, 2, 3])
        }
        #expect(throws: LoRAError.self) { try LoRADelta(layout: layout, bytes: [1, 2, 3]) }
        var model = Self.model
        model.layerCount = 2
        let other = LoRADelta.zero(LoRALayout(model: model))
        #expect(throws: LoRAError.layoutMismatch) { try LoRAAdapter.zero(layout).adding(other) }
    }

    func delta(_ value: (Int) -> Float) throws -> LoRADelta {
        try LoRADelta(layout: layout, values: (0..<layout.valueCount).map(value))
    }
}
