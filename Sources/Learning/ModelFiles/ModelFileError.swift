/// Why a model file, its configuration or its tokenizer was refused.
public enum ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file could not be opened, read or mapped.
    case unreadable(path: String, reason: String)
    /// The bytes are not a well-formed file of `format`: truncated, corrupt or hostile.
    case malformed(format: String, reason: String)
    /// The file is well formed but uses something this engine does not run.
    case unsupported(String)
    /// No tensor of this name is in the model.
    case missingTensor(String)
    /// A tensor's shape differs from what the configuration demands.
    case wrongShape(tensor: String, expected: [Int], actual: [Int])
    /// A tensor holds NaN or infinity.
    case notFinite(tensor: String)
    /// The file holds a tensor that changes what the model computes, and that this engine does not apply.
    case unusedTensor(String)
    /// The file is a note of git-lfs about the model, not the model.
    case gitLFSPointer(path: String)
    /// The weights are in a format that can run code when it is read, or of another program.
    case otherFormat(path: String)
    /// The model takes no adapter: it can be measured and can speak.
    case evaluatedOnly(kind: String)
    /// One of several parts of a model.
    case splitPart(number: Int, count: Int)
    /// A key that the configuration needs is absent or has the wrong type.
    case missingKey(String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "cannot read the model file \(path): \(reason); check the path and its permissions"
        case .malformed(let format, let reason):
            "this is not a valid \(format) file: \(reason); delete it and fetch it again, then compare its checksum"
        case .unsupported(let what):
            "unsupported model: \(what); use a Llama or Qwen2 model in F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K, Q5_K or Q6_K"
        case .missingTensor(let name):
            "the model has no tensor named \(name); the file is incomplete or of another architecture, fetch it again"
        case .wrongShape(let tensor, let expected, let actual):
            "tensor \(tensor) has shape \(actual) where the model's configuration needs \(expected); fetch the model again"
        case .notFinite(let tensor):
            "tensor \(tensor) holds a NaN or infinite value; the file is damaged or was written by a diverged training, fetch the model again"
        case .unusedTensor(let name):
            "the model has a tensor \(name), which this program does not apply and which may change what the model says; \(Self.advice(name))"
        case .gitLFSPointer(let path):
            "\(path) is a git-lfs pointer, a note of a few lines in the place of the file; run 'git lfs pull' in its repository, or fetch the model with 'polai model pull'"
        case .otherFormat(let path):
            "\(path) is not read; convert the model to safetensors: load it with transformers and save_pretrained(folder, safe_serialization=True)"
        case .evaluatedOnly(let kind):
            "a \(kind) model takes no adapters: it is for 'polai gate', 'polai generate' and 'polai model' alone; train and export with a Llama or Qwen2 model"
        case .splitPart(let number, let count):
            "this is part \(number) of \(count) of a model that was split; join the parts with llama-gguf-split --merge, or take a model in one file"
        case .missingKey(let key):
            "the model's metadata lacks a usable value for \(key); fetch the complete model again"
        }
    }

    /// What to do about a tensor that is not applied.
    private static func advice(_ name: String) -> String {
        let quantised = [
            ".qweight", ".qzeros", ".scales", ".g_idx", ".weight_scale", ".input_scale", ".weight_scale_inv", ".SCB", ".absmax",
            ".quant_map", ".quant_state",
        ]
        if quantised.contains(where: { name.contains($0) }) {
            return "it belongs to a quantisation: use the model's unquantised safetensors"
        }
        if name.contains("lora_") {
            return "it belongs to an adapter: merge the adapter with peft's merge_and_unload, or give it with --adapter"
        }
        if name.hasSuffix(".bias") { return "biases are read of Qwen2's query, key and value projections alone" }
        return "it is of another architecture"
    }
}
