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
        case .missingKey(let key):
            "the model's metadata lacks a usable value for \(key); fetch the complete model again"
        }
    }
}
