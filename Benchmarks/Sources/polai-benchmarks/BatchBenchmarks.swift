import BLS
import CBlst
import Primitives

/// Signature sets verified in a batch, by our code and by blst called directly for the same work: signatures decompressed
/// and checked to be in the group, keys at hand.
func measureBatch(_ table: inout Table, samples: Int, count: Int = 128) throws {
    let keys = try (1...count).map { try SecretKey(bytes: [UInt8](repeating: 0, count: 30) + [UInt8($0 >> 8), UInt8($0 & 0xff)]) }
    let messages = (0..<count).map { SHA256.hash([UInt8($0)]) }
    let signatures = zip(keys, messages).map { $0.sign($1) }
    let publicKeys = keys.map(\.publicKey)
    let sets = (0..<count).map { SignatureSet(publicKeys: [publicKeys[$0]], message: messages[$0], signature: signatures[$0]) }
    let points = keys.map { affine($0.publicKey.bytes) }
    var ours: [Double] = [], raw: [Double] = []
    for _ in 0..<max(samples, 15) {
        var holds = false
        ours.append(seconds { holds = BLS.verify(sets) })
        guard holds else { throw BenchmarkError("a batch of ours does not verify") }
        raw.append(seconds { holds = rawBatch(points, messages, signatures) })
        guard holds else { throw BenchmarkError("blst refuses the batch") }
    }
    table.add("BLS batch, 128 sets", Double(count) / median(ours), "sets/s")
    table.add("BLS batch, blst alone", Double(count) / median(raw), "sets/s")
    table.add("  ours / blst", median(raw) / median(ours), "x")
}

private func affine(_ key: Bytes48) -> blst_p1_affine {
    var point = blst_p1_affine()
    _ = blst_p1_uncompress(&point, key.bytes)
    return point
}

private func rawBatch(_ keys: [blst_p1_affine], _ messages: [Hash32], _ signatures: [Bytes96]) -> Bool {
    let domain = Array("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_".utf8)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: blst_pairing_sizeof(), alignment: 64)
    defer { memory.deallocate() }
    let context = OpaquePointer(memory)
    return domain.withUnsafeBufferPointer { domain in
        blst_pairing_init(context, true, domain.baseAddress, domain.count)
        for index in keys.indices {
            var key = keys[index]
            var signature = blst_p2_affine()
            guard blst_p2_uncompress(&signature, signatures[index].bytes) == BLST_SUCCESS, blst_p2_affine_in_g2(&signature) else {
                return false
            }
            var scalar = (UInt64(index) &* 0x9e37_79b9_7f4a_7c15 | 1, UInt64(0), UInt64(0), UInt64(0))
            let message = messages[index].bytes
            let added = withUnsafePointer(to: &scalar) { words in
                words.withMemoryRebound(to: UInt8.self, capacity: 32) { bytes in
                    blst_pairing_mul_n_aggregate_pk_in_g1(context, &key, &signature, bytes, 64, message, message.count, nil, 0)
                }
            }
            guard added == BLST_SUCCESS else { return false }
        }
        blst_pairing_commit(context)
        return blst_pairing_finalverify(context, nil)
    }
}
