import Crypto
import Foundation

/// P256VERIFY: whether an ECDSA signature over secp256r1 is valid (EIP-7951).
enum P256Verification {
    /// A message's hash as the library takes it.
    private struct MessageHash: Digest {
        static let byteCount = 32
        let bytes: [UInt8]

        var description: String { "message hash" }
        func makeIterator() -> [UInt8].Iterator { bytes.makeIterator() }
        func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
            try bytes.withUnsafeBytes(body)
        }
    }

    /// Hash, r, s, x and y, 32 bytes each. A signature that is valid gives one, all else nothing; neither is a failure.
    static func run(_ input: [UInt8]) -> [UInt8] {
        guard input.count == 160,
            // The library refuses coordinates beyond the field and points off the curve; zeros are the point at infinity.
            let key = try? P256.Signing.PublicKey(x963Representation: [4] + input[96...]),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: Data(input[32..<96])),
            key.isValidSignature(signature, for: MessageHash(bytes: Array(input[..<32])))
        else { return [] }
        return [UInt8](repeating: 0, count: 31) + [1]
    }
}
