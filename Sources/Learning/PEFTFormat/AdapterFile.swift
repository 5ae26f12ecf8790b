public import LoRA
public import ModelFiles
public import Primitives

/// An adapter of the chain as a file holds it: PEFT's tensors, or the bare B matrices.
public struct AdapterFile: Sendable {
    /// What kind of file it was.
    public enum Form: String, Sendable {
        /// Nothing but the little-endian FP32 values of ``LoRAValues/bytes``, whose SHA-256 is the adapter's root.
        case matrices = "B matrices"
        /// `adapter_model.safetensors`, with or without its `adapter_config.json`.
        case peft = "PEFT"
    }

    public let adapter: LoRAAdapter
    public let form: Form

    /// Reads the bytes of a file. A PEFT adapter must have the chain's own A matrices, so that nothing of it is
    /// lost; ``PEFTImport`` takes others.
    ///
    /// Bare values may be NaN or infinite: the loss gate answers for those.
    public init(
        _ bytes: FileBytes, configuration: [UInt8]? = nil, layout: LoRALayout, baseModelRoot: Hash32
    ) throws(PEFTError) {
        if bytes.count == 4 * layout.valueCount {
            do throws(LoRAError) {
                adapter = try LoRAAdapter(layout: layout, bytes: bytes.withUnsafeBytes { Array($0) })
            } catch {
                throw .unsupported(error.description)
            }
            form = .matrices
            return
        }
        guard bytes.count >= 8 else {
            throw .malformed(
                file: "the adapter file", reason: "it has \(bytes.count) bytes, B matrices of this model have \(4 * layout.valueCount)")
        }
        let read = try PEFTImport(configuration: configuration, weights: bytes, layout: layout, baseModelRoot: baseModelRoot)
        guard read.isExact else {
            throw .unsupported("its A matrices are not the chain's; bring it onto them with 'polai adapter import'")
        }
        do throws(LoRAError) {
            adapter = try LoRAAdapter(layout: layout, values: read.delta.values)
        } catch {
            throw .unsupported(error.description)
        }
        form = .peft
    }

    /// Reads the file at `path`, or the PEFT folder of that name.
    public init(path: String, layout: LoRALayout, baseModelRoot: Hash32) throws(PEFTError) {
        let folder = PEFTFolder(path: path)
        if let folder {
            try self.init(folder.weights, configuration: folder.configuration, layout: layout, baseModelRoot: baseModelRoot)
            return
        }
        let bytes: FileBytes
        do throws(ModelFileError) {
            bytes = try FileBytes(mapping: path)
        } catch {
            throw .unreadable("cannot read the adapter \(path): it is neither a file nor a folder with \(PEFTExport.weightsName)")
        }
        try self.init(bytes, layout: layout, baseModelRoot: baseModelRoot)
    }
}

/// A folder that `save_pretrained` of peft wrote.
public struct PEFTFolder: Sendable {
    public let weights: FileBytes
    /// `nil` when the folder has none.
    public let configuration: [UInt8]?

    /// The folder at `path`, or that of the weights file at `path`; `nil` when there are no weights.
    public init?(path: String) {
        let folder =
            path.hasSuffix("/\(PEFTExport.weightsName)")
            ? String(path.dropLast(PEFTExport.weightsName.utf8.count + 1)) : path
        guard let weights = try? FileBytes(mapping: "\(folder)/\(PEFTExport.weightsName)") else { return nil }
        self.weights = weights
        configuration = (try? FileBytes(mapping: "\(folder)/\(PEFTExport.configurationName)"))?.withUnsafeBytes { Array($0) }
    }
}
