import Crypto
import Foundation

/// Chaining key, handshake hash and current cipher of a handshake (Noise framework 5.2, SymmetricState).
struct NoiseSymmetricState: Sendable {
    private(set) var hash: [UInt8]
    private var chainingKey: [UInt8]
    private var cipher: NoiseCipher?

    /// - Parameter name: the protocol name, at most 32 bytes.
    init(name: String) {
        let bytes = Array(name.utf8)
        hash = bytes.count <= 32 ? bytes + [UInt8](repeating: 0, count: 32 - bytes.count) : Array(Crypto.SHA256.hash(data: bytes))
        chainingKey = hash
    }

    mutating func mixHash(_ data: some Sequence<UInt8>) {
        hash = Array(Crypto.SHA256.hash(data: hash + data))
    }

    mutating func mixKey(_ secret: SharedSecret) {
        let input = secret.withUnsafeBytes { Array($0) }
        let (first, second) = derive(input)
        chainingKey = first
        cipher = NoiseCipher(key: SymmetricKey(data: second))
    }

    mutating func encryptAndHash(_ plaintext: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard cipher != nil else {
            mixHash(plaintext)
            return plaintext
        }
        guard let box = try cipher?.seal(plaintext, authenticating: hash) else { throw .outOfTurn }
        let message = Array(box.ciphertext) + Array(box.tag)
        mixHash(message)
        return message
    }

    mutating func decryptAndHash(_ message: ArraySlice<UInt8>) throws(NoiseError) -> [UInt8] {
        guard cipher != nil else {
            mixHash(message)
            return Array(message)
        }
        guard let plaintext = try cipher?.open(message, authenticating: hash) else { throw .outOfTurn }
        mixHash(message)
        return Array(plaintext)
    }

    /// The initiator's and the responder's sending ciphers.
    func split() -> (initiator: NoiseCipher, responder: NoiseCipher) {
        let (first, second) = derive([])
        return (NoiseCipher(key: SymmetricKey(data: first)), NoiseCipher(key: SymmetricKey(data: second)))
    }

    /// Noise's HKDF with two outputs.
    private func derive(_ input: [UInt8]) -> ([UInt8], [UInt8]) {
        func mac(_ key: some ContiguousBytes, _ data: [UInt8]) -> [UInt8] {
            Array(HMAC<Crypto.SHA256>.authenticationCode(for: data, using: SymmetricKey(data: key)))
        }
        let temporary = mac(chainingKey, input)
        let first = mac(temporary, [1])
        return (first, mac(temporary, first + [2]))
    }
}
