import LoRA
import ModelFiles
import Primitives
import Testing
import TinyModels

@testable import Transformer

/// Weights left in their file's encoding give the bits of weights converted at load.
@Suite struct WeightStorageTests {
    static let tokens: [[Int32]] = [[5, 77, 599, 3, 12, 12, 0, 401], [9, 8, 7], (0..<70).map { Int32($0 * $0 % 600) }]

    func model(_ weights: some ModelWeights, _ storage: WeightStorage, _ context: ComputeContext) throws -> TransformerModel {
        try TransformerModel(weights: weights, baseModelRoot: TinyModel.root, context: context, storage: storage)
    }

    func adapter(_ configuration: ModelConfiguration) throws -> LoRAAdapter {
        let layout = LoRALayout(model: configuration)
        return try LoRAAdapter(
            layout: layout,
            values: layout.modules.flatMap {
                LoRAMatrixA.draw(baseModelRoot: TinyModel.root, name: $0.name, rows: $0.outputSize, columns: 8).map { $0 / 8 }
            })
    }

    @Test(arguments: GGMLType.allCases, ModelConfiguration.Architecture.allCases)
    func sameBitsFromEveryEncoding(type: GGMLType, architecture: ModelConfiguration.Architecture) throws {
        let file = try GGUFModel(EncodedModel.file(architecture, type))
        let adapter = try adapter(file.configuration)
        let serial = ComputeContext(pool: nil)
        let reference = try model(ValuesOnly(file), .packed, serial)
        #expect(!reference.isEncoded)
        let expected = try bits(reference, adapter, serial)
        #expect(expected.losses.allSatisfy { Float(bitPattern: $0) > 0.1 && Float(bitPattern: $0) < 100 })
        #expect(try bits(model(file, .packed, serial), adapter, serial) == expected)
        for set in InstructionSet.allCases where set.isAvailable {
            for threads in [0, 2] {
                let context = ComputeContext(pool: ComputePool(threads: threads, niceness: 0), instructionSet: set)
                let encoded = try model(file, .encoded, context)
                #expect(encoded.isEncoded)
                #expect(try bits(encoded, adapter, context) == expected, "\(set), \(threads) threads")
            }
        }
        let encoded = try model(file, .encoded, serial)
        if type != .f32 { #expect(encoded.byteCount < reference.byteCount) }
    }

    struct Bits: Equatable {
        let losses: [UInt32]
        let logits: [[UInt32]]
    }

    func bits(_ model: TransformerModel, _ adapter: LoRAAdapter, _ context: ComputeContext) throws -> Bits {
        let pass = ForwardPass(model: model, adapter: try model.prepare(adapter), context: context)
        let batch = TokenBatch(Self.tokens.map { $0.dropLast() })
        let losses = try pass.losses(batch, targets: Self.tokens.flatMap { $0.dropFirst() })
        let logits = try pass.logits(TokenBatch([Self.tokens[1]]))
        return Bits(losses: losses.map(\.bitPattern), logits: logits.map { $0.map(\.bitPattern) })
    }

    @Test func keepsSafetensorsAsTheyAre() throws {
        var writer = SafetensorsWriter()
        let tiny = try #require(TinyModel(named: "llama"))
        for (name, shape) in tiny.configuration.tensorShapes {
            let values = try tiny.tensor(name)
            let bytes = values.flatMap { withUnsafeBytes(of: UInt16(truncatingIfNeeded: $0.bitPattern >> 16).littleEndian, Array.init) }
            writer.add(name, type: .bf16, shape: shape, bytes: bytes)
        }
        let file = try SafetensorsModel(
            configuration: tiny.configuration, shards: ["model.safetensors": SafetensorsFile(FileBytes(writer.serialized()))])
        let context = ComputeContext(pool: nil)
        let adapter = try tiny.adapter()
        let expected = try bits(model(ValuesOnly(file), .packed, context), adapter, context)
        let encoded = try model(file, .encoded, context)
        #expect(encoded.isEncoded)
        #expect(try bits(encoded, adapter, context) == expected)
    }

    @Test func choosesByMemory() throws {
        let configuration = try #require(TinyModel(named: "llama")).configuration
        #expect(WeightStorage.packed.packs(configuration))
        #expect(!WeightStorage.encoded.packs(configuration))
        let bytes = Int(configuration.packedByteCount)
        let matrices = configuration.tensorShapes.filter { $0.shape.count == 2 }
        #expect(bytes == matrices.reduce(0) { $0 + 4 * $1.shape[0] * $1.shape[1] })
        #expect(WeightStorage.fitting(memory: 4 * bytes).packs(configuration))
        #expect(!WeightStorage.fitting(memory: 4 * bytes - 4).packs(configuration))
        #expect(WeightStorage.automatic.packs(configuration))
    }

    /// One block's scale that is infinite or NaN.
    @Test(arguments: [GGMLType.f16, .bf16, .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q4_K, .q5_K, .q6_K])
    func refusesScalesThatAreNotFinite(type: GGMLType) throws {
        let file = try EncodedModel.file(.llama, type)
        let tensor = try #require(file.tensors["blk.1.ffn_up.weight"])
        for bits: UInt16 in [0x7c00, 0xfc00, 0x7e01] {
            var bytes = file.bytes.withUnsafeBytes { [UInt8]($0) }
            let place = tensor.range.upperBound - type.blockSize + (type == .q6_K ? 208 : 0)
            let pattern = type == .bf16 ? bits | 0x7f80 : bits
            bytes.replaceSubrange(place..<place + 2, with: [UInt8(truncatingIfNeeded: pattern), UInt8(pattern >> 8)])
            let damaged = try GGUFModel(GGUFFile(FileBytes(bytes)))
            for storage in [WeightStorage.packed, .encoded] {
                #expect(throws: TransformerError.model(.notFinite(tensor: "model.layers.1.mlp.up_proj.weight"))) {
                    try model(damaged, storage, ComputeContext(pool: nil))
                }
            }
        }
    }

    @Test(arguments: [WeightStorage.packed, .encoded], [Float.nan, .infinity, -.infinity])
    func refusesWeightsThatAreNotFinite(storage: WeightStorage, value: Float) throws {
        for name in ["model.layers.1.mlp.up_proj.weight", "model.norm.weight", "model.embed_tokens.weight"] {
            var writer = SafetensorsWriter()
            let tiny = try #require(TinyModel(named: "llama"))
            for (tensor, shape) in tiny.configuration.tensorShapes {
                var values = try tiny.tensor(tensor)
                if tensor == name { values[values.count - 1] = value }
                writer.add(tensor, shape: shape, values: values)
            }
            let file = try SafetensorsModel(
                configuration: tiny.configuration, shards: ["model.safetensors": SafetensorsFile(FileBytes(writer.serialized()))])
            #expect(throws: TransformerError.model(.notFinite(tensor: name))) {
                try model(file, storage, ComputeContext(pool: ComputePool(threads: 2)))
            }
        }
    }
}
