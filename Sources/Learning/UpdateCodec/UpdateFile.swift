public import LoRA
import ModelFiles
import PeerIdentity
public import Primitives

/// A trainer's change of the adapter, as it travels: a safetensors file of at most 150,000 bytes.
///
/// The header is canonical: of all headers with this content only one byte sequence is accepted, so nobody can
/// make a second file, with another id, out of a signed one. The signature covers everything else.
public struct UpdateFile: Sendable {
    /// Most bytes of an update, header included.
    public static let maximumSize = 150_000

    public let metadata: UpdateMetadata
    public let codec: UpdateEncoding
    public let signature: [UInt8]
    public let bytes: [UInt8]
    /// SHA-256 of the file.
    public let id: Hash32

    private let payload: UpdatePayload

    /// Reads and checks a file. What needs the chain is left to ``check(baseModelRoot:parentAdapterRoot:)``, what
    /// needs the model to ``delta(layout:)``, what needs cryptography to ``verify()``.
    public init(_ bytes: [UInt8]) throws(UpdateFileError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLarge(bytes: bytes.count, limit: Self.maximumSize) }
        let file: SafetensorsFile
        do throws(ModelFileError) {
            file = try SafetensorsFile(FileBytes(bytes))
        } catch {
            switch error {
            case .malformed(_, let reason), .unsupported(let reason): throw .malformed(reason)
            default: throw .malformed(error.description)
            }
        }
        (metadata, codec, signature) = try UpdateMetadata.parse(file.metadata)
        var tensors: [String: UpdatePayload.Tensor] = [:]
        for tensor in file.tensors {
            tensors[tensor.name] = .init(type: tensor.type, shape: tensor.shape, bytes: Array(bytes[tensor.range]))
        }
        guard let modules = tensors.removeValue(forKey: UpdatePayload.modulesName) else {
            throw .badTensor(name: UpdatePayload.modulesName, reason: "is missing")
        }
        guard modules.type == .u8, modules.shape == [modules.bytes.count] else {
            throw .badTensor(name: UpdatePayload.modulesName, reason: "is not a row of bytes")
        }
        payload = UpdatePayload(codec: codec, modules: modules.bytes, tensors: tensors)
        guard payload.writer(metadata: metadata.entries(codec: codec, signature: signature)).serialized() == bytes else {
            throw .notCanonical
        }
        self.bytes = bytes
        id = SHA256.hash(bytes)
    }

    /// Writes and signs a file.
    /// - Parameter sign: signs ``signedMessage`` with the private key of `metadata.publicKey`.
    public init(
        _ update: EncodedUpdate, metadata: UpdateMetadata, sign: ([UInt8]) throws -> [UInt8]
    ) throws(UpdateFileError) {
        try UpdateMetadata.checkRecipe(metadata.recipe)
        guard (1...UpdateMetadata.maximumKeyLength).contains(metadata.publicKey.count) else {
            throw .badMetadata(key: "public_key", reason: "has \(metadata.publicKey.count) bytes")
        }
        self.metadata = metadata
        codec = update.codec
        payload = update.payload
        do {
            signature = try sign(Self.signedMessage(payload, metadata))
        } catch {
            throw .notSigned(reason: "\(error)")
        }
        guard (1...UpdateMetadata.maximumKeyLength).contains(signature.count) else {
            throw .notSigned(reason: "a signature of \(signature.count) bytes")
        }
        bytes = payload.writer(metadata: metadata.entries(codec: codec, signature: signature)).serialized()
        guard bytes.count <= Self.maximumSize else { throw .tooLarge(bytes: bytes.count, limit: Self.maximumSize) }
        id = SHA256.hash(bytes)
    }

    /// What the signature signs: the letters `polai-update-1:` and the SHA-256 of the canonical file of the same
    /// content whose signature is `0x`.
    public var signedMessage: [UInt8] { Self.signedMessage(payload, metadata) }

    private static func signedMessage(_ payload: UpdatePayload, _ metadata: UpdateMetadata) -> [UInt8] {
        let unsigned = payload.writer(metadata: metadata.entries(codec: payload.codec, signature: [])).serialized()
        return Array("\(UpdateMetadata.format):".utf8) + SHA256.hash(unsigned).bytes
    }

    /// Refuses a forged signature: it must be that of the libp2p key that the metadata name, and each contributor must have signed.
    public func verify() throws(UpdateFileError) {
        guard let key = try? PeerPublicKey(message: metadata.publicKey), key.verify(signature, of: signedMessage) else {
            throw .badSignature
        }
        for contributor in metadata.contributors where !contributor.hasSigned(metadata) {
            throw .badContributor(contributor.peer)
        }
    }

    /// Refuses an update for another model or from another adapter than the chain's.
    public func check(baseModelRoot: Hash32, parentAdapterRoot: Hash32) throws(UpdateFileError) {
        guard metadata.baseModelRoot == baseModelRoot else {
            throw .wrongBaseModel(expected: baseModelRoot, actual: metadata.baseModelRoot)
        }
        guard metadata.parentAdapterRoot == parentAdapterRoot else {
            throw .wrongParent(expected: parentAdapterRoot, actual: metadata.parentAdapterRoot)
        }
    }

    /// The change in FP32: the same bits on every machine, and finite.
    public func delta(layout: LoRALayout) throws(UpdateFileError) -> LoRADelta {
        try payload.delta(layout: layout)
    }
}
