import Crypto
import CryptoExtras
import Foundation
import Primitives

/// The running authentication of one direction (rlpx.md, "MAC"): keccak over all that passed, stirred with AES.
struct FrameMAC: Sendable {
    private var stream: KeccakStream
    private let key: SymmetricKey

    init(_ stream: KeccakStream, secret: Hash32) { (self.stream, key) = (stream, SymmetricKey(data: secret.bytes)) }

    /// The tag of a header's 16 bytes of cipher text.
    mutating func header(_ cipherText: [UInt8]) throws(RLPxError) -> [UInt8] { try stir(cipherText) }

    /// The tag of a frame's cipher text.
    mutating func frame(_ cipherText: [UInt8]) throws(RLPxError) -> [UInt8] {
        stream.update(cipherText)
        return try stir(Array(stream.digest.bytes.prefix(16)))
    }

    /// The digest's first half, encrypted and xored with `seed`, goes into the stream.
    private mutating func stir(_ seed: [UInt8]) throws(RLPxError) -> [UInt8] {
        var block = Array(stream.digest.bytes.prefix(16))
        do {
            try AES.permute(&block, key: key)
        } catch {
            throw .notAuthentic
        }
        stream.update(zip(block, seed).map { $0 ^ $1 })
        return Array(stream.digest.bytes.prefix(16))
    }
}

/// AES-256 in counter mode over one direction's bytes, which come in whole blocks.
struct FrameCipher: Sendable {
    private let key: SymmetricKey
    private var blocks: UInt128 = 0

    init(secret: Hash32) { key = SymmetricKey(data: secret.bytes) }

    mutating func apply(_ bytes: some DataProtocol) throws(RLPxError) -> [UInt8] {
        guard let nonce = try? AES._CTR.Nonce(nonceBytes: blocks.bigEndianBytes),
            let output = try? AES._CTR.encrypt(bytes, using: key, nonce: nonce)
        else { throw .notAuthentic }
        blocks += UInt128(bytes.count / 16)
        return [UInt8](output)
    }
}
