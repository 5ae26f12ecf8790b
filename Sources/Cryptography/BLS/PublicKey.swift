import CBlst
public import Primitives

/// A validated BLS public key: a point of G1, never infinity, held decompressed.
///
/// Decompression and the subgroup check cost as much as a tenth of a verification, so keys that come again
/// (validators') should pass through `PublicKeyCache`.
public struct PublicKey: Sendable {
    /// The compressed encoding (ZCash format, big-endian x with three flag bits).
    public let bytes: Bytes48
    let point: blst_p1_affine

    /// Decompresses and validates: `KeyValidate` of the BLS draft §2.5.
    ///
    /// - Throws: `BLSError.invalidPublicKey` for a bad encoding, infinity, or a point outside G1.
    public init(_ bytes: Bytes48) throws(BLSError) {
        var point = blst_p1_affine()
        let code = bytes.withUnsafeBytes { blst_p1_uncompress(&point, $0.bindMemory(to: UInt8.self).baseAddress) }
        guard code == BLST_SUCCESS, !blst_p1_affine_is_inf(&point), blst_p1_affine_in_g1(&point) else {
            throw .invalidPublicKey(bytes)
        }
        self.bytes = bytes
        self.point = point
    }

    /// The affine form of a sum of valid keys; `nil` at infinity, which is no key.
    init?(sum: blst_p1) {
        var sum = sum
        guard !blst_p1_is_inf(&sum) else { return nil }
        var affine = blst_p1_affine()
        blst_p1_to_affine(&affine, &sum)
        self.init(inGroup: affine)
    }

    /// A point already known to be a finite element of G1.
    init(inGroup point: blst_p1_affine) {
        var affine = point
        self.point = point
        bytes = Bytes48(compressing: &affine)
    }
}

extension PublicKey: Hashable {
    public static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension PublicKey: CustomStringConvertible {
    public var description: String { bytes.hex }
}

extension Bytes48 {
    /// The compressed encoding of a point.
    init(compressing point: UnsafePointer<blst_p1_affine>) {
        self.init(unsafeBytes: { blst_p1_affine_compress($0, point) })
    }

    /// The compressed encoding of a point in projective coordinates.
    init(compressing point: UnsafePointer<blst_p1>) {
        self.init(unsafeBytes: { blst_p1_compress($0, point) })
    }
}

extension FixedBytes {
    /// Fills a value through a C function that writes exactly `count` bytes.
    init(unsafeBytes body: (UnsafeMutablePointer<UInt8>) -> Void) {
        self = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { buffer in
            buffer.initialize(repeating: 0)
            if let start = buffer.baseAddress { body(start) }
            return Self(buffer) ?? Self()
        }
    }
}
