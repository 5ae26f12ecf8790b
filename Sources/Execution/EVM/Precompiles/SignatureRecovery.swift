import Primitives
import Secp256k1

/// ecrecover: the address that signed a digest, empty when none did.
enum SignatureRecovery {
    static func recover(_ input: [UInt8]) -> [UInt8] {
        let padded = input.prefix(128) + [UInt8](repeating: 0, count: max(0, 128 - input.count))
        guard let digest = Hash32(padded[..<32]), let v = UInt256(bigEndianBytes: padded[32..<64]),
            v == 27 || v == 28,
            let r = UInt256(bigEndianBytes: padded[64..<96]),
            let s = UInt256(bigEndianBytes: padded[96...]),
            let key = try? Secp256k1Signature(r: r, s: s, recoveryID: v == 27 ? 0 : 1).recover(digest)
        else { return [] }
        return [UInt8](repeating: 0, count: 12) + key.address.bytes
    }
}
