import Crypto
import Foundation
import Primitives

/// One direction's ChaChaPoly key and its counter (Noise framework 5.1, CipherState).
struct NoiseCipher: Sendable {
    static let tagSize = 16

    private let key: SymmetricKey
    private var counter: UInt64 = 0

    init(key: SymmetricKey) { self.key = key }

    private mutating func nonce() throws(NoiseError) -> ChaChaPoly.Nonce {
        guard counter < UInt64.max else { throw .nonceExhausted }
        // Four zero bytes, then the counter.
        let bytes = UInt32(0).littleEndianBytes + counter.littleEndianBytes
        counter += 1
        guard let nonce = try? ChaChaPoly.Nonce(data: bytes) else { throw .nonceExhausted }
        return nonce
    }

    /// Ciphertext and tag.
    mutating func seal(_ plaintext: some DataProtocol, authenticating data: some DataProtocol) throws(NoiseError) -> ChaChaPoly.SealedBox {
        let nonce = try nonce()
        guard let box = try? ChaChaPoly.seal(plaintext, using: key, nonce: nonce, authenticating: data) else { throw .authenticationFailed }
        return box
    }

    /// The plaintext of ciphertext and tag.
    mutating func open(_ message: some DataProtocol, authenticating data: some DataProtocol) throws(NoiseError) -> Data {
        guard message.count >= Self.tagSize else { throw .shortMessage }
        let nonce = try nonce()
        guard
            let box = try? ChaChaPoly.SealedBox(
                nonce: nonce, ciphertext: message.dropLast(Self.tagSize), tag: message.suffix(Self.tagSize)),
            let plaintext = try? ChaChaPoly.open(box, using: key, authenticating: data)
        else { throw .authenticationFailed }
        return plaintext
    }
}
