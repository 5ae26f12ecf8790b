public import Primitives

/// Why an update file was refused, or could not be written.
public enum UpdateFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file is longer than an update may be.
    case tooLarge(bytes: Int, limit: Int)
    /// The bytes are no safetensors file.
    case malformed(String)
    /// The header is not, byte for byte, the one header of its content.
    case notCanonical
    /// A metadata entry is absent, unknown or ill-formed.
    case badMetadata(key: String, reason: String)
    /// The codec is none this version knows.
    case unknownCodec(String)
    /// A tensor is absent, unknown, of the wrong type or shape, or holds an impossible value.
    case badTensor(name: String, reason: String)
    /// A tensor holds a NaN, an infinity, or a scale below zero.
    case impossibleValue(tensor: String, reason: String)
    /// The update was made for another base model.
    case wrongBaseModel(expected: Hash32, actual: Hash32)
    /// The update was made for another adapter than the chain's current one.
    case wrongParent(expected: Hash32, actual: Hash32)
    /// The update was made for modules or a rank other than this model's.
    case wrongLayout(reason: String)
    /// The signature is not that of the public key over this content.
    case badSignature
    /// A contributor's signature is not its own for this model and parent.
    case badContributor(String)
    /// The change to encode holds a NaN or an infinity, in this module.
    case notFinite(module: String)
    /// No choice of modules makes the change fit the limit with this codec.
    case doesNotFit(codec: String, limit: Int)
    /// Signing failed.
    case notSigned(reason: String)

    public var description: String {
        switch self {
        case .tooLarge(let bytes, let limit):
            "the update file has \(bytes) bytes, more than the \(limit) allowed; encode it with a smaller codec or fewer modules"
        case .malformed(let reason): "the update file is damaged: \(reason); fetch it again from another peer"
        case .notCanonical: "the update file's header is not in canonical form; write it with this program's encoder"
        case .badMetadata(let key, let reason): "the update's metadata \(key) \(reason); the trainer must publish it again"
        case .unknownCodec(let name):
            "the update's codec \(name) is unknown; use one of \(UpdateEncoding.allCases.map(\.rawValue).joined(separator: ", ")), or upgrade"
        case .badTensor(let name, let reason), .impossibleValue(let name, let reason):
            "the update's tensor \(name) \(reason); drop this update"
        case .wrongBaseModel(let expected, let actual):
            "the update is for base model \(actual), this chain trains \(expected); train on the chain's model"
        case .wrongParent(let expected, let actual):
            "the update starts from adapter \(actual), the chain is at \(expected); train again from the current adapter"
        case .wrongLayout(let reason): "the update does not fit the model: \(reason); train on the chain's model"
        case .badSignature: "the update's signature is not its trainer's; drop this update"
        case .badContributor(let peer): "the update names \(peer) as a contributor, who has not signed that; drop this update"
        case .notFinite(let module): "the change of module \(module) is NaN or infinite; lower the learning rate and train again"
        case .doesNotFit(let codec, let limit): "no module fits \(limit) bytes as \(codec); use another codec"
        case .notSigned(let reason): "the update could not be signed: \(reason); check the node's key"
        }
    }
}
