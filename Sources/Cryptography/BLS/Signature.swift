import CBlst
public import Primitives

/// A BLS signature held decompressed: a point of G2, possibly infinity (the sum of nothing).
public struct Signature: Sendable {
    let point: blst_p2_affine

    /// Decompresses and checks the subgroup: `signature_to_point` and `signature_subgroup_check`.
    ///
    /// - Throws: `BLSError.invalidSignature` for a bad encoding or a point outside G2.
    public init(_ bytes: Bytes96) throws(BLSError) {
        var point = blst_p2_affine()
        let code = bytes.withUnsafeBytes { blst_p2_uncompress(&point, $0.bindMemory(to: UInt8.self).baseAddress) }
        guard code == BLST_SUCCESS, blst_p2_affine_in_g2(&point) else { throw .invalidSignature(bytes) }
        self.point = point
    }

    init(inGroup point: blst_p2_affine) { self.point = point }

    /// The compressed encoding, 96 bytes.
    public var bytes: Bytes96 {
        withUnsafePointer(to: point) { point in Bytes96(unsafeBytes: { blst_p2_affine_compress($0, point) }) }
    }

    /// Whether this is the neutral element, encoded `0xc0` and 95 zero bytes.
    public var isInfinity: Bool { withUnsafePointer(to: point) { blst_p2_affine_is_inf($0) } }
}

extension BLS {
    /// The encoding of the point at infinity, which `ethFastAggregateVerify` accepts for no signers.
    public static let infinitySignature: Bytes96 = {
        var bytes = Bytes96()
        bytes[0] = 0xc0
        return bytes
    }()

    /// The sum of `signatures`: `Aggregate` of the BLS draft §2.8.
    ///
    /// - Throws: `BLSError.nothingToAggregate`, or `.invalidSignature` naming the first bad one.
    public static func aggregate(_ signatures: [Bytes96]) throws(BLSError) -> Bytes96 {
        guard !signatures.isEmpty else { throw .nothingToAggregate }
        var sum = blst_p2()
        for bytes in signatures {
            let signature = try Signature(bytes)
            withUnsafePointer(to: signature.point) { point in
                withUnsafeMutablePointer(to: &sum) { blst_p2_add_or_double_affine($0, $0, point) }
            }
        }
        return withUnsafePointer(to: sum) { sum in Bytes96(unsafeBytes: { blst_p2_compress($0, sum) }) }
    }
}
