import CBlst

/// Arithmetic on BLS12-381 (EIP-2537) by blst. Field elements are 64 big-endian bytes, 16 of them zero.
enum BLS12Precompiles {
    // MARK: Decoding

    private static func field(_ bytes: ArraySlice<UInt8>) -> blst_fp? {
        guard bytes.prefix(16).allSatisfy({ $0 == 0 }) else { return nil }
        let content = Array(bytes.dropFirst(16))
        var value = blst_fp()
        blst_fp_from_bendian(&value, content)
        // blst reduces; only a canonical element comes back as it went in.
        var back = [UInt8](repeating: 0, count: 48)
        blst_bendian_from_fp(&back, &value)
        return back == content ? value : nil
    }

    private static func pointG1(_ bytes: ArraySlice<UInt8>, inSubgroup: Bool) -> blst_p1_affine? {
        let start = bytes.startIndex
        guard let x = field(bytes[start..<start + 64]), let y = field(bytes[start + 64..<start + 128])
        else { return nil }
        var point = blst_p1_affine(x: x, y: y)
        guard blst_p1_affine_on_curve(&point) || blst_p1_affine_is_inf(&point) else { return nil }
        return !inSubgroup || blst_p1_affine_in_g1(&point) ? point : nil
    }

    private static func field2(_ bytes: ArraySlice<UInt8>) -> blst_fp2? {
        let start = bytes.startIndex
        guard let first = field(bytes[start..<start + 64]),
            let second = field(bytes[start + 64..<start + 128])
        else { return nil }
        return blst_fp2(fp: (first, second))
    }

    private static func pointG2(_ bytes: ArraySlice<UInt8>, inSubgroup: Bool) -> blst_p2_affine? {
        let start = bytes.startIndex
        guard let x = field2(bytes[start..<start + 128]),
            let y = field2(bytes[start + 128..<start + 256])
        else { return nil }
        var point = blst_p2_affine(x: x, y: y)
        guard blst_p2_affine_on_curve(&point) || blst_p2_affine_is_inf(&point) else { return nil }
        return !inSubgroup || blst_p2_affine_in_g2(&point) ? point : nil
    }

    // MARK: Encoding

    private static func encode(_ value: blst_fp) -> [UInt8] {
        var value = value
        var bytes = [UInt8](repeating: 0, count: 48)
        blst_bendian_from_fp(&bytes, &value)
        return [UInt8](repeating: 0, count: 16) + bytes
    }

    private static func encode(_ point: blst_p1) -> [UInt8] {
        var (point, affine) = (point, blst_p1_affine())
        blst_p1_to_affine(&affine, &point)
        return encode(affine.x) + encode(affine.y)
    }

    private static func encode(_ point: blst_p2) -> [UInt8] {
        var (point, affine) = (point, blst_p2_affine())
        blst_p2_to_affine(&affine, &point)
        return encode(affine.x.fp.0) + encode(affine.x.fp.1) + encode(affine.y.fp.0)
            + encode(affine.y.fp.1)
    }

    // MARK: The seven contracts

    static func addG1(_ input: [UInt8]) -> [UInt8]? {
        guard input.count == 256, let a = pointG1(input[..<128], inSubgroup: false),
            var b = pointG1(input[128...], inSubgroup: false)
        else { return nil }
        var (affine, first, sum) = (a, blst_p1(), blst_p1())
        blst_p1_from_affine(&first, &affine)
        blst_p1_add_or_double_affine(&sum, &first, &b)
        return encode(sum)
    }

    static func addG2(_ input: [UInt8]) -> [UInt8]? {
        guard input.count == 512, let a = pointG2(input[..<256], inSubgroup: false),
            var b = pointG2(input[256...], inSubgroup: false)
        else { return nil }
        var (affine, first, sum) = (a, blst_p2(), blst_p2())
        blst_p2_from_affine(&first, &affine)
        blst_p2_add_or_double_affine(&sum, &first, &b)
        return encode(sum)
    }

    static func multiExpG1(_ input: [UInt8]) -> [UInt8]? {
        guard !input.isEmpty, input.count % 160 == 0 else { return nil }
        var sum = blst_p1()
        for start in stride(from: 0, to: input.count, by: 160) {
            guard var affine = pointG1(input[start..<start + 128], inSubgroup: true) else { return nil }
            var (point, product) = (blst_p1(), blst_p1())
            blst_p1_from_affine(&point, &affine)
            blst_p1_mult(&product, &point, Array(input[start + 128..<start + 160].reversed()), 256)
            var before = sum
            blst_p1_add_or_double(&sum, &before, &product)
        }
        return encode(sum)
    }

    static func multiExpG2(_ input: [UInt8]) -> [UInt8]? {
        guard !input.isEmpty, input.count % 288 == 0 else { return nil }
        var sum = blst_p2()
        for start in stride(from: 0, to: input.count, by: 288) {
            guard var affine = pointG2(input[start..<start + 256], inSubgroup: true) else { return nil }
            var (point, product) = (blst_p2(), blst_p2())
            blst_p2_from_affine(&point, &affine)
            blst_p2_mult(&product, &point, Array(input[start + 256..<start + 288].reversed()), 256)
            var before = sum
            blst_p2_add_or_double(&sum, &before, &product)
        }
        return encode(sum)
    }

    static func pairing(_ input: [UInt8]) -> [UInt8]? {
        guard !input.isEmpty, input.count % 384 == 0 else { return nil }
        var product = blst_fp12_one().pointee
        for start in stride(from: 0, to: input.count, by: 384) {
            guard var p = pointG1(input[start..<start + 128], inSubgroup: true),
                var q = pointG2(input[start + 128..<start + 384], inSubgroup: true)
            else { return nil }
            if blst_p1_affine_is_inf(&p) || blst_p2_affine_is_inf(&q) { continue }
            var value = blst_fp12()
            blst_miller_loop(&value, &q, &p)
            var before = product
            blst_fp12_mul(&product, &before, &value)
        }
        var result = blst_fp12()
        blst_final_exp(&result, &product)
        return [UInt8](repeating: 0, count: 31) + [blst_fp12_is_one(&result) ? 1 : 0]
    }

    static func mapToG1(_ input: [UInt8]) -> [UInt8]? {
        guard input.count == 64, var value = field(input[...]) else { return nil }
        var point = blst_p1()
        blst_map_to_g1(&point, &value, nil)
        return encode(point)
    }

    static func mapToG2(_ input: [UInt8]) -> [UInt8]? {
        guard input.count == 128, var value = field2(input[...]) else { return nil }
        var point = blst_p2()
        blst_map_to_g2(&point, &value, nil)
        return encode(point)
    }
}
