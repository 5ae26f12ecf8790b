import CBlst
import Primitives

/// The KZG point evaluation of EIP-4844: whether a polynomial with a given commitment takes a value at a point.
///
/// Verification needs one point of the trusted setup, so blst suffices: e(C - [y]G1, G2) = e(π, [τ]G2 - [z]G2).
enum PointEvaluation {
    /// [τ]G2 of the main network's ceremony.
    private static let tau =
        "b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2"
    /// FIELD_ELEMENTS_PER_BLOB and BLS_MODULUS, 32 bytes each.
    private static let output: [UInt8] =
        UInt256(4096).bigEndianHash.bytes
        + UInt256(
            high: 0x73ed_a753_299d_7d48_3339_d808_09a1_d805,
            low: 0x53bd_a402_fffe_5bfe_ffff_ffff_0000_0001
        ).bigEndianHash.bytes

    /// versioned hash ‖ z ‖ y ‖ commitment ‖ proof.
    static func run(_ input: [UInt8]) -> [UInt8]? {
        guard input.count == 192 else { return nil }
        let commitment = Array(input[96..<144])
        guard Array(input[..<32]) == [1] + SHA256.hash(commitment).bytes.dropFirst() else { return nil }
        guard
            verify(
                commitment, z: Array(input[32..<64]), y: Array(input[64..<96]), proof: Array(input[144...]))
        else { return nil }
        return output
    }

    private static func verify(_ commitment: [UInt8], z: [UInt8], y: [UInt8], proof: [UInt8]) -> Bool {
        guard let c = point(commitment), let w = point(proof), let zScalar = scalar(z),
            let yScalar = scalar(y),
            let tauBytes = try? [UInt8](hex: tau)
        else { return false }
        var tau = blst_p2_affine()
        guard blst_p2_uncompress(&tau, tauBytes) == BLST_SUCCESS else { return false }
        // [τ - z]G2
        var (left, tauPoint) = (blst_p2(), blst_p2())
        blst_p2_from_affine(&tauPoint, &tau)
        var minusZ = blst_p2()
        withUnsafeBytes(of: zScalar.b) { bytes in
            if let base = bytes.bindMemory(to: UInt8.self).baseAddress {
                blst_p2_mult(&minusZ, blst_p2_generator(), base, 255)
            }
        }
        blst_p2_cneg(&minusZ, true)
        blst_p2_add_or_double(&left, &tauPoint, &minusZ)
        // C - [y]G1
        var (right, point, affine) = (blst_p1(), blst_p1(), c)
        blst_p1_from_affine(&point, &affine)
        var minusY = blst_p1()
        withUnsafeBytes(of: yScalar.b) { bytes in
            if let base = bytes.bindMemory(to: UInt8.self).baseAddress {
                blst_p1_mult(&minusY, blst_p1_generator(), base, 255)
            }
        }
        blst_p1_cneg(&minusY, true)
        blst_p1_add_or_double(&right, &point, &minusY)
        return pairingsAgree(w, left, right)
    }

    /// e(w, left) = e(right, G2).
    private static func pairingsAgree(_ w: blst_p1_affine, _ left: blst_p2, _ right: blst_p1) -> Bool {
        var (w, left, right) = (w, left, right)
        var leftAffine = blst_p2_affine()
        blst_p2_to_affine(&leftAffine, &left)
        var rightAffine = blst_p1_affine()
        blst_p1_to_affine(&rightAffine, &right)
        var first = blst_fp12()
        var second = blst_fp12()
        blst_miller_loop(&first, &leftAffine, &w)
        blst_miller_loop(&second, blst_p2_affine_generator(), &rightAffine)
        return blst_fp12_finalverify(&first, &second)
    }

    private static func point(_ bytes: [UInt8]) -> blst_p1_affine? {
        var point = blst_p1_affine()
        guard blst_p1_uncompress(&point, bytes) == BLST_SUCCESS, blst_p1_affine_in_g1(&point) else {
            return nil
        }
        return point
    }

    private static func scalar(_ bytes: [UInt8]) -> blst_scalar? {
        var scalar = blst_scalar()
        blst_scalar_from_bendian(&scalar, bytes)
        return blst_scalar_fr_check(&scalar) ? scalar : nil
    }
}
