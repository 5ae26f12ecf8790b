import Foundation
import LoRA
import ModelFiles
import PEFTFormat
import Primitives
import Testing

private func vectorBytes(_ name: String) throws -> [UInt8] {
    let folder = Bundle.module.resourceURL ?? URL(filePath: ".")
    return [UInt8](try Data(contentsOf: folder.appending(path: "Vectors/\(name)")))
}

private struct Expected: Decodable {
    let captured: Double
    let modules: [String: [Double]]
}

/// The tiny Llama of the model-file tests.
private let model = ModelConfiguration(
    architecture: .llama, vocabularySize: 48, hiddenSize: 16, intermediateSize: 24, layerCount: 2, headCount: 4,
    keyValueHeadCount: 2, headDimension: 4, rmsNormEpsilon: 1e-5, ropeTheta: 50_000, tieWordEmbeddings: false,
    attentionBias: false, contextLength: 128)

private let layout = LoRALayout(model: model)

private func baseModelRoot() throws -> Hash32 {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "ModelFilesTests/Vectors/tiny-llama/model.safetensors")
    return SHA256.hash([UInt8](try Data(contentsOf: file)))
}

private func adapter() throws -> LoRAAdapter {
    try LoRAAdapter(layout: layout, values: (0..<layout.valueCount).map { Float(($0 * 7919) % 2001 - 1000) / 20_000 })
}

@Suite struct PEFTTests {
    @Test func exportsWhatItImports() throws {
        let root = try baseModelRoot()
        let adapter = try adapter()
        let files = Dictionary(
            uniqueKeysWithValues: PEFTExport.files(adapter, baseModelRoot: root, baseModelName: "tiny-llama").map { ($0.name, $0.bytes) })
        let configuration = try #require(files["adapter_config.json"])
        let weights = try #require(files["adapter_model.safetensors"])
        let settings = try #require(try JSONSerialization.jsonObject(with: Data(configuration)) as? [String: Any])
        #expect(settings["r"] as? Int == 8)
        #expect(settings["lora_alpha"] as? Int == 16)
        #expect(settings["lora_dropout"] as? Double == 0.05)
        #expect(settings["target_modules"] as? [String] == ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"])
        let read = try PEFTImport(configuration: configuration, weights: FileBytes(weights), layout: layout, baseModelRoot: root)
        #expect(read.delta.values == adapter.values)
        #expect(read.captured == 1)
        #expect(read.exactModules == 14)
        if let folder = ProcessInfo.processInfo.environment["POLAI_PEFT_EXPORT"] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let gguf = GGUFAdapterExport.file(adapter, model: model, baseModelRoot: root)
            try Data(gguf).write(to: URL(filePath: folder).appending(path: "adapter.gguf"))
            for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: folder).appending(path: name)) }
        }
    }

    @Test func exportsForLlamaCpp() throws {
        let root = try baseModelRoot()
        let adapter = try adapter()
        let file = try GGUFFile(FileBytes(GGUFAdapterExport.file(adapter, model: model, baseModelRoot: root)))
        #expect(file.metadata["general.type"]?.text == "adapter")
        #expect(file.metadata["adapter.type"]?.text == "lora")
        #expect(file.metadata["adapter.lora.alpha"]?.float == 16)
        #expect(file.tensors.count == 28)
        let value = try #require(layout.module(layer: 1, target: .value))
        let valueB = try #require(file.tensors["blk.1.attn_v.weight.lora_b"])
        #expect(valueB.shape == [8, 8])
        #expect(file.values(of: valueB) == Array(adapter.matrix(value)))
        let valueA = try #require(file.tensors["blk.1.attn_v.weight.lora_a"])
        #expect(valueA.shape == [8, 16])
        #expect(file.values(of: valueA) == LoRAMatrixA.draw(baseModelRoot: root, module: value, rank: 8))
        // Heads of four rows: 0 2 1 3 in the file.
        let key = try #require(layout.module(layer: 0, target: .key))
        let keyB = file.values(of: try #require(file.tensors["blk.0.attn_k.weight.lora_b"]))
        let rows = Array(adapter.matrix(key))
        for (row, source) in [0, 2, 1, 3, 4, 6, 5, 7].enumerated() {
            #expect(Array(keyB[8 * row..<8 * row + 8]) == Array(rows[8 * source..<8 * source + 8]))
        }
    }

    @Test func projectsForeignAdapters() throws {
        let expected = try JSONDecoder().decode(Expected.self, from: Data(vectorBytes("expected.json")))
        let read = try PEFTImport(
            configuration: vectorBytes("adapter_config.json"), weights: FileBytes(vectorBytes("adapter_model.safetensors")),
            layout: layout, baseModelRoot: baseModelRoot())
        #expect(read.exactModules == 0)
        #expect(abs(read.captured - expected.captured) < 1e-9)
        #expect(expected.modules.count == layout.modules.count)
        for module in layout.modules {
            let values = try #require(expected.modules[module.name])
            for (value, other) in zip(read.delta.matrix(module), values) { #expect(abs(Double(value) - other) <= 1e-6 * (1 + abs(other))) }
        }
    }

    @Test func refusesOtherKindsAndShapes() throws {
        let root = try baseModelRoot()
        let text = String(decoding: try vectorBytes("adapter_config.json"), as: UTF8.self)
        let weights = try vectorBytes("adapter_model.safetensors")
        for (old, new) in [
            (#""LORA""#, #""IA3""#), (#""r": 4"#, #""r": 0"#), (#""r": 4"#, #""r": 8"#), (#""lora_alpha": 12"#, #""lora_alpha": null"#),
            (#""bias": "none""#, #""bias": "all""#), (#""use_dora": false"#, #""use_dora": true"#),
            (#""rank_pattern": {}"#, #""rank_pattern": {"q_proj": 2}"#), ("{", "["),
        ] {
            let range = try #require(text.firstRange(of: old), "\(old)")
            let edited = Array(text.replacingCharacters(in: range, with: new).utf8)
            #expect(throws: PEFTError.self, "\(new)") {
                try PEFTImport(configuration: edited, weights: FileBytes(weights), layout: layout, baseModelRoot: root)
            }
        }
        var shallow = model
        shallow.layerCount = 1
        let small = LoRALayout(model: shallow)
        #expect(throws: PEFTError.self) {
            try PEFTImport(
                configuration: vectorBytes("adapter_config.json"), weights: FileBytes(weights), layout: small, baseModelRoot: root)
        }
        for bad in [Float.nan, .infinity] {
            var damaged = weights
            let bytes = withUnsafeBytes(of: bad.bitPattern.littleEndian, Array.init)
            damaged.replaceSubrange(damaged.count - 4..<damaged.count, with: bytes)
            #expect(throws: PEFTError.self) {
                try PEFTImport(
                    configuration: vectorBytes("adapter_config.json"), weights: FileBytes(damaged), layout: layout, baseModelRoot: root)
            }
        }
        #expect(throws: PEFTError.self) {
            try PEFTImport(
                configuration: vectorBytes("adapter_config.json"), weights: FileBytes(weights.dropLast()), layout: layout,
                baseModelRoot: root)
        }
    }

    private func read(_ settings: [(String, String)]) throws -> PEFTImport {
        var text = String(decoding: try vectorBytes("adapter_config.json"), as: UTF8.self)
        for (name, value) in settings {
            if let line = text.split(separator: "\n").first(where: { $0.hasPrefix(" \"\(name)\": ") && !$0.hasSuffix("[") }) {
                text = text.replacing(line, with: " \"\(name)\": \(value),")
            } else {
                // The last of two members would win in Python; here a name stands once.
                let list = text.firstRange(of: "\"\(name)\": [")
                if let list, let end = text[list.upperBound...].firstIndex(of: "]") {
                    text.replaceSubrange(list.lowerBound...end, with: "\"\(name)\": \(value)")
                } else {
                    text = text.replacing("{\n", with: "{\n \"\(name)\": \(value),\n", maxReplacements: 1)
                }
            }
        }
        return try PEFTImport(
            configuration: Array(text.utf8), weights: FileBytes(try vectorBytes("adapter_model.safetensors")), layout: layout,
            baseModelRoot: try baseModelRoot())
    }

    /// Settings that change what the adapter computes are refused by their names, those of a newer peft too.
    @Test(arguments: [
        ("alora_invocation_tokens", "[10, 11]"), ("init_lora_weights", "\"pissa\""), ("init_lora_weights", "\"pissa_niter_4\""),
        ("init_lora_weights", "\"olora\""), ("init_lora_weights", "\"loftq\""), ("init_lora_weights", "\"corda\""),
        ("layer_replication", "[[0, 1], [0, 1]]"), ("alpha_pattern", "{\"q_proj\": 2}"), ("rank_pattern", "{\"q_proj\": 2}"),
        ("modules_to_save", "[\"lm_head\"]"), ("trainable_token_indices", "[1]"), ("target_parameters", "[\"x\"]"),
        ("use_qalora", "true"), ("use_dora", "true"), ("lora_bias", "true"), ("kasa_config", "{\"x\": 1}"),
        ("megatron_config", "{\"x\": 1}"),
        ("a_setting_of_2031", "0.5"), ("target_modules", "\".*q_proj\""), ("exclude_modules", "\"a|b\""),
    ])
    func refusesSettingsByName(name: String, value: String) throws {
        do {
            _ = try read([(name, value)])
            Issue.record("\(name) was read over")
        } catch let error as PEFTError {
            #expect(error.description.contains(name), "\(error)")
        }
    }

    @Test(arguments: [
        ("init_lora_weights", "\"gaussian\""), ("init_lora_weights", "false"), ("task_type", "null"), ("lora_dropout", "0.5"),
        ("a_setting_of_2031", "null"), ("another", "{}"), ("third", "false"), ("loftq_config", "{\"bits\": 4}"),
    ])
    func takesSettingsWithoutEffect(name: String, value: String) throws {
        #expect(try read([(name, value)]).delta == read([]).delta)
    }

    /// What peft leaves out is left out.
    @Test func selectsModulesAsPEFT() throws {
        let all = try read([])
        let count = all.adaptedModules
        func changed(_ read: PEFTImport) -> Set<String> {
            Set(layout.modules.filter { module in read.delta.matrix(module).contains { $0 != 0 } }.map(\.name))
        }
        let two = try read([("target_modules", "[\"q_proj\", \"v_proj\"]")])
        #expect(two.adaptedModules + two.unselectedModules == count && two.unselectedModules > 0)
        #expect(changed(two) == changed(all).filter { $0.hasSuffix("q_proj") || $0.hasSuffix("v_proj") })
        let first = try read([("layers_to_transform", "[0]")])
        #expect(changed(first) == changed(all).filter { $0.hasPrefix("model.layers.0.") })
        #expect(changed(try read([("layers_to_transform", "0")])) == changed(first))
        let without = try read([("exclude_modules", "[\"q_proj\"]")])
        #expect(changed(without) == changed(all).filter { !$0.hasSuffix("q_proj") })
        let named = try read([("target_modules", "[\"model.layers.1.mlp.up_proj\"]")])
        #expect(changed(named) == ["model.layers.1.mlp.up_proj"])
        #expect(changed(try read([("target_modules", "\"all-linear\"")])) == changed(all))
        #expect(changed(try read([("target_modules", "null")])) == changed(two))
    }
}
