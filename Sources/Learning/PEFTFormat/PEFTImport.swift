import JSON
public import LoRA
public import ModelFiles
public import Primitives

/// A PEFT adapter brought onto the chain's frozen A matrices: a starting point for training.
///
/// The chain learns B alone. An adapter with the chain's own A, such as an exported one, is taken exactly. Of any
/// other only what lies in the row space of the chain's A can be kept: B is chosen so that B·A is as near to the
/// adapter's scaled B′·A′ as possible, and ``captured`` says how much of it that is. For an A′ drawn by chance it
/// is about rank / in, next to nothing.
public struct PEFTImport: Sendable {
    /// The change from a zero adapter.
    public let delta: LoRADelta
    /// The part of ‖scale · B′A′‖² kept, from 0 to 1, over all modules; 1 for a zero adapter.
    public let captured: Double
    /// Modules whose A is the chain's, bit for bit.
    public let exactModules: Int
    /// Modules that the adapter changes.
    public let adaptedModules: Int
    /// Modules with matrices in the file that peft leaves out, because the configuration does not select them.
    public let unselectedModules: Int
    /// ‖scale · (B′A′ − BA)‖ / ‖scale · B′A′‖ over all modules: what is lost, from 0 to 1.
    public var relativeResidual: Double { (max(0, 1 - captured)).squareRoot() }
    /// Whether every module's A is the chain's, so that nothing is lost.
    public var isExact: Bool { exactModules == adaptedModules }

    /// Reads the bytes of `adapter_config.json` and `adapter_model.safetensors`. Weights without a configuration
    /// are taken to have the chain's rank and α.
    public init(
        configuration: [UInt8]?, weights: FileBytes, layout: LoRALayout, baseModelRoot: Hash32
    ) throws(PEFTError) {
        let settings: PEFTSettings
        if let configuration {
            settings = try PEFTSettings(configuration)
        } else {
            settings = PEFTSettings(layout.configuration)
        }
        let file: SafetensorsFile
        do throws(ModelFileError) {
            file = try SafetensorsFile(weights)
        } catch {
            throw .malformed(file: PEFTExport.weightsName, reason: error.description)
        }
        var known: Set<String> = []
        var values = [Float](repeating: 0, count: layout.valueCount)
        var (total, kept) = (0.0, 0.0)
        var (exactModules, adaptedModules, unselectedModules) = (0, 0, 0)
        let rank = layout.configuration.rank
        let ratio = settings.scale / Double(layout.configuration.scale)
        for module in layout.modules {
            let names = ["lora_A", "lora_B"].map { "\(PEFTExport.prefix)\(module.name).\($0).weight" }
            known.formUnion(names)
            guard let tensorA = file[names[0]], let tensorB = file[names[1]] else {
                if file[names[0]] == nil, file[names[1]] == nil { continue }
                throw .malformed(file: PEFTExport.weightsName, reason: "\(module.name) has only one of its two matrices")
            }
            guard settings.selection.contains(module) else {
                unselectedModules += 1
                continue
            }
            let matrixA = try Self.matrix(file, tensorA, [settings.rank, module.inputSize])
            let matrixB = try Self.matrix(file, tensorB, [module.outputSize, settings.rank])
            let frozen = LoRAMatrixA.draw(baseModelRoot: baseModelRoot, module: module, rank: rank)
            let projection = PEFTProjection(
                frozen: frozen, rank: rank, matrixA: matrixA, matrixB: matrixB, otherRank: settings.rank,
                columns: module.inputSize)
            total += projection.energy
            adaptedModules += 1
            if matrixA == frozen {
                exactModules += 1
                kept += projection.energy
                for (index, value) in matrixB.enumerated() { values[module.offset + index] = Float(Double(value) * ratio) }
            } else {
                kept += projection.keptEnergy
                for (index, value) in projection.values.enumerated() { values[module.offset + index] = Float(value * ratio) }
            }
        }
        for tensor in file.tensors where !known.contains(tensor.name) {
            throw .unsupported("it changes \(tensor.name), which is none of this model's projections")
        }
        do throws(LoRAError) {
            delta = try LoRADelta(layout: layout, values: values)
        } catch {
            throw .unsupported(error.description)
        }
        guard delta.isFinite else { throw .malformed(file: PEFTExport.weightsName, reason: "its values overflow") }
        captured = total > 0 ? min(1, kept / total) : 1
        self.exactModules = exactModules
        self.adaptedModules = adaptedModules
        self.unselectedModules = unselectedModules
    }

    private static func matrix(
        _ file: SafetensorsFile, _ tensor: SafetensorsTensor, _ shape: [Int]
    ) throws(PEFTError) -> [Float] {
        guard tensor.shape == shape else {
            throw .unsupported("\(tensor.name) has shape \(tensor.shape), this model needs \(shape)")
        }
        let values: [Float]
        do throws(ModelFileError) {
            values = try file.values(of: tensor)
        } catch {
            throw .malformed(file: PEFTExport.weightsName, reason: error.description)
        }
        guard values.allSatisfy(\.isFinite) else {
            throw .malformed(file: PEFTExport.weightsName, reason: "\(tensor.name) holds NaN or infinite values")
        }
        return values
    }
}
