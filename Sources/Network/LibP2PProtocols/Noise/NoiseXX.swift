import Crypto
import Foundation

/// `Noise_XX_25519_ChaChaPoly_SHA256`, the handshake alone:
///
/// ```
/// -> e
/// <- e, ee, s, es
/// -> s, se
/// ```
///
/// Messages carry opaque payloads; what libp2p puts into them is `NoiseSecurityHandshake`'s business.
struct NoiseXX: Sendable {
    typealias PrivateKey = Curve25519.KeyAgreement.PrivateKey
    typealias PublicKey = Curve25519.KeyAgreement.PublicKey

    static let name = "Noise_XX_25519_ChaChaPoly_SHA256"
    private static let keySize = 32

    let isInitiator: Bool
    private let staticKey: PrivateKey
    private let ephemeralKey: PrivateKey
    private var symmetric = NoiseSymmetricState(name: name)
    private var remoteEphemeral: PublicKey?
    private(set) var remoteStatic: PublicKey?
    private var step = 0

    init(isInitiator: Bool, staticKey: PrivateKey, ephemeralKey: PrivateKey, prologue: [UInt8] = []) {
        (self.isInitiator, self.staticKey, self.ephemeralKey) = (isInitiator, staticKey, ephemeralKey)
        symmetric.mixHash(prologue)
    }

    var isComplete: Bool { step == 3 }
    var isOurTurn: Bool { !isComplete && (step % 2 == 0) == isInitiator }
    var handshakeHash: [UInt8] { symmetric.hash }

    /// The next message of ours.
    mutating func write(payload: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard isOurTurn else { throw .outOfTurn }
        defer { step += 1 }
        var message: [UInt8] = []
        if step < 2 {
            let key = Array(ephemeralKey.publicKey.rawRepresentation)
            symmetric.mixHash(key)
            message += key
        }
        if step == 1 { symmetric.mixKey(try agree(ephemeralKey, remoteEphemeral)) }
        if step > 0 {
            message += try symmetric.encryptAndHash(Array(staticKey.publicKey.rawRepresentation))
            symmetric.mixKey(try agree(staticKey, remoteEphemeral))
        }
        return message + (try symmetric.encryptAndHash(payload))
    }

    /// The payload of the peer's next message.
    mutating func read(_ message: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard !isOurTurn, !isComplete else { throw .outOfTurn }
        var rest = message[...]
        if step < 2 {
            let bytes = try take(Self.keySize, from: &rest)
            symmetric.mixHash(bytes)
            remoteEphemeral = try publicKey(bytes)
        }
        if step == 1 { symmetric.mixKey(try agree(ephemeralKey, remoteEphemeral)) }
        if step > 0 {
            let key = try publicKey(try symmetric.decryptAndHash(try take(Self.keySize + NoiseCipher.tagSize, from: &rest))[...])
            remoteStatic = key
            symmetric.mixKey(try agree(ephemeralKey, key))
        }
        let payload = try symmetric.decryptAndHash(rest)
        step += 1
        return payload
    }

    /// Sending and receiving cipher, once complete.
    func split() throws(NoiseError) -> (sending: NoiseCipher, receiving: NoiseCipher) {
        guard isComplete else { throw .outOfTurn }
        let (initiator, responder) = symmetric.split()
        return isInitiator ? (initiator, responder) : (responder, initiator)
    }

    private func take(_ count: Int, from rest: inout ArraySlice<UInt8>) throws(NoiseError) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw .shortMessage }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private func publicKey(_ bytes: ArraySlice<UInt8>) throws(NoiseError) -> PublicKey {
        guard let key = try? PublicKey(rawRepresentation: bytes) else { throw .badKey }
        return key
    }

    /// Keys of low order, whose secret is zero whatever ours is, are refused: they would make the session's keys public.
    private func agree(_ ours: PrivateKey, _ theirs: PublicKey?) throws(NoiseError) -> SharedSecret {
        guard let theirs, let secret = try? ours.sharedSecretFromKeyAgreement(with: theirs),
            secret.withUnsafeBytes({ $0.contains { $0 != 0 } })
        else { throw .badKey }
        return secret
    }
}
