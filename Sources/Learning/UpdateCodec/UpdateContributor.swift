public import PeerIdentity
public import Primitives

/// One of those whose numbers an update is the average of, named by its own signature.
///
/// It signs, before the average is taken, from which adapter it trained and how much: what the others made of it the signature does
/// not cover.
public struct UpdateContributor: Sendable, Equatable {
    /// Its libp2p public key, Ed25519.
    public let key: PeerPublicKey
    /// Its execution address. The file's `trainer` alone is rewarded.
    public let trainer: Address
    /// Training windows behind its numbers, what they weigh in the average.
    public let samples: UInt64
    /// Its signature, 64 bytes, of ``signedMessage(of:)``.
    public let signature: [UInt8]

    /// Bytes of the binary form.
    public static let byteCount = 36 + 20 + 8 + 64
    /// Contributors that one file names.
    public static let maximumCount = 16

    /// Signs as one.
    public init(
        to metadata: UpdateMetadata, trainer: Address, samples: UInt64, signer: PeerKeyPair
    ) throws(PeerIdentityError) {
        (key, self.trainer, self.samples) = (signer.publicKey, trainer, samples)
        signature = try signer.sign(Self.message(metadata, trainer, samples))
    }

    /// Reads the binary form: the key as libp2p's protobuf of 36 bytes, the address, the samples in big-endian order, the signature.
    /// `nil` for anything else. The signature is left to ``hasSigned(_:)``.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, let key = try? PeerPublicKey(message: Array(bytes[..<36])), key.message == Array(bytes[..<36]),
            let trainer = Address(Array(bytes[36..<56])), let samples = bytes.bigEndian(UInt64.self, at: 56)
        else { return nil }
        (self.key, self.trainer, self.samples, signature) = (key, trainer, samples, Array(bytes[64...]))
    }

    /// Its libp2p peer id, as text.
    public var peer: String { "\(key.peerID)" }

    public var bytes: [UInt8] { key.message + trainer.bytes + samples.bigEndianBytes + signature }

    /// Whether its signature is for an update of this model from this adapter.
    public func hasSigned(_ metadata: UpdateMetadata) -> Bool {
        key.verify(signature, of: Self.message(metadata, trainer, samples))
    }

    /// The letters `polai-contribution-1:`, the base model's root, the parent adapter's root, the address, and the samples in big-endian
    /// order.
    private static func message(_ metadata: UpdateMetadata, _ trainer: Address, _ samples: UInt64) -> [UInt8] {
        Array("polai-contribution-1:".utf8) + metadata.baseModelRoot.bytes + metadata.parentAdapterRoot.bytes + trainer.bytes
            + samples.bigEndianBytes
    }
}

extension UpdateMetadata {
    /// Whether what the file carries is a group's average, and not what its trainer's data and seed alone lead to.
    public var isAveraged: Bool { !contributors.isEmpty }

    static let contributorsKey = "contributors"

    /// The entry that names the contributors, in hexadecimal; none for a round that was not averaged.
    var contributorsEntry: [String: String] {
        isAveraged ? [Self.contributorsKey: contributors.flatMap(\.bytes).hex] : [:]
    }

    /// Reads ``contributorsEntry``: each stands once, in ascending order of the keys' bytes.
    static func contributors(_ entry: String?) throws(UpdateFileError) -> [UpdateContributor] {
        guard let entry else { return [] }
        let size = UpdateContributor.byteCount
        guard let bytes = try? [UInt8](hex: entry), !bytes.isEmpty, bytes.count.isMultiple(of: size),
            bytes.count <= size * UpdateContributor.maximumCount
        else {
            throw .badMetadata(
                key: contributorsKey, reason: "is not 1 to \(UpdateContributor.maximumCount) contributors of \(size) bytes")
        }
        let contributors = stride(from: 0, to: bytes.count, by: size).compactMap { UpdateContributor(bytes: Array(bytes[$0..<$0 + size])) }
        guard contributors.count == bytes.count / size else {
            throw .badMetadata(key: contributorsKey, reason: "names a key of another kind")
        }
        for (one, next) in zip(contributors, contributors.dropFirst())
        where !one.key.rawBytes.lexicographicallyPrecedes(next.key.rawBytes) {
            throw .badMetadata(key: contributorsKey, reason: "is not in the order of its keys, each of which stands once")
        }
        return contributors
    }
}
