import Crypto
import CryptoExtras
import Foundation
import NodeRecords
import Primitives

/// The two uses of AES-128 in discovery 5: headers are masked in counter mode, messages sealed in GCM.
enum DiscoveryCipher {
    static let tagSize = 16

    /// Masks or unmasks what is meant for `destination`: `aesctr(dest-id[:16], masking-iv, …)`.
    static func mask(_ bytes: some DataProtocol, for destination: NodeID, iv: [UInt8]) throws(DiscoveryError) -> [UInt8] {
        let key = SymmetricKey(data: destination.bytes.prefix(16))
        guard let nonce = try? AES._CTR.Nonce(nonceBytes: iv), let masked = try? AES._CTR.encrypt(bytes, using: key, nonce: nonce) else {
            throw .notDiscovery
        }
        return [UInt8](masked)
    }

    /// Cipher text and tag.
    static func seal(
        _ message: [UInt8], key: [UInt8], nonce: PacketNonce, authenticating data: [UInt8]
    ) throws(DiscoveryError) -> [UInt8] {
        guard let nonce = try? AES.GCM.Nonce(data: nonce.bytes),
            let box = try? AES.GCM.seal(message, using: SymmetricKey(data: key), nonce: nonce, authenticating: data)
        else { throw .notAuthentic }
        return [UInt8](box.ciphertext) + [UInt8](box.tag)
    }

    /// The plain text of cipher text and tag.
    static func open(
        _ sealed: [UInt8], key: [UInt8], nonce: PacketNonce, authenticating data: [UInt8]
    ) throws(DiscoveryError) -> [UInt8] {
        guard sealed.count >= tagSize, let nonce = try? AES.GCM.Nonce(data: nonce.bytes),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: sealed.dropLast(tagSize), tag: sealed.suffix(tagSize)),
            let message = try? AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: data)
        else { throw .notAuthentic }
        return [UInt8](message)
    }
}
