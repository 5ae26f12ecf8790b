import CBlst
package import Primitives

extension BLS {
    /// A point of G2 in affine coordinates `c0 + c1·u`, each 48 bytes, big-endian.
    package struct G2Coordinates: Sendable {
        package var x: (c0: Bytes48, c1: Bytes48)
        package var y: (c0: Bytes48, c1: Bytes48)
    }

    /// `hash_to_curve` of RFC 9380 for the suite `BLS12381G2_XMD:SHA-256_SSWU_RO_`, under any domain separation tag: what signing
    /// and verifying do first, with the ciphersuite's tag.
    package static func hashToG2(_ message: [UInt8], tag: [UInt8]) -> G2Coordinates {
        var point = blst_p2()
        blst_hash_to_g2(&point, message, message.count, tag, tag.count, nil, 0)
        var affine = blst_p2_affine()
        blst_p2_to_affine(&affine, &point)
        func bytes(_ coordinate: blst_fp) -> Bytes48 {
            withUnsafePointer(to: coordinate) { coordinate in Bytes48(unsafeBytes: { blst_bendian_from_fp($0, coordinate) }) }
        }
        return G2Coordinates(
            x: (bytes(affine.x.fp.0), bytes(affine.x.fp.1)), y: (bytes(affine.y.fp.0), bytes(affine.y.fp.1)))
    }
}
