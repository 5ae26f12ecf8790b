import Foundation
import ModelFiles
import Primitives
import TestSupport
import Testing

@Suite struct GGUFTests {
    @Test(arguments: GGMLType.allCases)
    func dequantizesLikeTheReference(type: GGMLType) throws {
        let file = try GGUFFile(path: vector("encodings.gguf"))
        let digests = try JSONDecoder().decode([String: String].self, from: Data(vectorBytes("encodings.json")))
        let name = "\(type)".uppercased()
        let tensor = try #require(file.tensors[name])
        #expect(tensor.type == type)
        #expect(tensor.shape == [2, 512])
        let bytes = file.values(of: tensor).flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
        #expect(SHA256.hash(bytes).bytes.bareHex == digests[name])
    }

    @Test func readsEveryMetadataType() throws {
        let metadata = try GGUFFile(path: vector("encodings.gguf")).metadata
        #expect(metadata["v.u8"]?.integer == 200)
        #expect(metadata["v.u16"]?.integer == 60_000)
        #expect(metadata["v.u32"]?.integer == 4_000_000_000)
        #expect(metadata["v.u64"]?.integer == nil)
        if case .unsigned(let value) = metadata["v.u64"] { #expect(value == UInt64(1) << 63 + 5) } else { Issue.record("no u64") }
        for (key, expected) in [("v.i8", -100), ("v.i16", -30_000), ("v.i32", -2_000_000_000), ("v.i64", -1 << 62)] {
            if case .signed(let value) = metadata[key] { #expect(value == Int64(expected)) } else { Issue.record("no \(key)") }
        }
        #expect(metadata["v.f32"]?.float == 0.1)
        if case .float(let value) = metadata["v.f64"] { #expect(value == 0.1) } else { Issue.record("no f64") }
        #expect(metadata["v.bool"]?.bool == true)
        #expect(metadata["v.string"]?.text == "Grüße")
        let strings = try #require(metadata["v.strings"]?.array?.strings)
        #expect((0..<strings.count).map { String(decoding: strings[$0], as: UTF8.self) } == ["a", "", "ßß"])
        if case .signed(let values) = metadata["v.ints"]?.array { #expect(values == [1, -2, 3]) } else { Issue.record("no ints") }
        if case .floats(let values) = metadata["v.floats"]?.array { #expect(values == [0.5, -1.5]) } else { Issue.record("no floats") }
        if case .bools(let values) = metadata["v.bools"]?.array { #expect(values == [true, false]) } else { Issue.record("no bools") }
    }

    @Test(arguments: ["tiny-llama", "tiny-qwen2"])
    func givesTheWeightsOfTheCheckpointItWasMadeFrom(name: String) throws {
        let gguf = try GGUFModel(path: vector("\(name).gguf"))
        let checkpoint = try SafetensorsModel(folder: vector(name))
        var expected = checkpoint.configuration
        expected.ropeScaling = nil
        #expect(gguf.configuration == expected)
        let names = checkpoint.configuration.tensorShapes
        #expect(names.count == (name == "tiny-llama" ? 2 * 9 + 3 : 2 * 12 + 2))
        for (tensor, shape) in names {
            #expect(gguf.shape(of: tensor) == shape)
            #expect(checkpoint.shape(of: tensor) == shape)
            #expect(try gguf.tensor(tensor) == checkpoint.tensor(tensor), "\(tensor)")
        }
        #expect(gguf.shape(of: "model.layers.2.mlp.up_proj.weight") == nil)
        #expect(throws: ModelFileError.missingTensor("model.layers.2.mlp.up_proj.weight")) {
            try gguf.tensor("model.layers.2.mlp.up_proj.weight")
        }
    }

    @Test(.needsDefaultModel)
    func readsTheDefaultModel() throws {
        let model = try GGUFModel(path: #require(Present.defaultModel))
        #expect(
            model.configuration
                == ModelConfiguration(
                    architecture: .llama, vocabularySize: 49_152, hiddenSize: 576, intermediateSize: 1536,
                    layerCount: 30, headCount: 9, keyValueHeadCount: 3, headDimension: 64, rmsNormEpsilon: 1e-5,
                    ropeTheta: 100_000, tieWordEmbeddings: true, attentionBias: false, contextLength: 8192))
        var expected: [String: String] = [:]
        for line in try vectorText("default-model.sha256").split(separator: "\n") {
            let parts = line.split(separator: " ")
            expected[String(parts[0])] = String(parts[1])
        }
        #expect(model.baseModelRoot().bytes.bareHex == expected["file"])
        #expect(expected.count == model.configuration.tensorShapes.count + 1)
        // Every tensor in release; in debug, where a conversion takes seconds, the first and the last layer.
        for (name, _) in model.configuration.tensorShapes
        where checksEverything || name.contains("layers.0.") || name.contains("layers.29.") {
            let values = try model.tensor(name)
            #expect(values.withUnsafeBytes { SHA256.hash($0) }.bytes.bareHex == expected[name], "\(name)")
        }
    }

    private var checksEverything: Bool {
        var isDebug = false
        assert({ isDebug = true }() == ())
        return !isDebug
    }
}
