import CBlst
import CMerkleHash

/// SHA-256 (FIPS 180-4), by blst, which uses the processor's SHA instructions where present.
public enum SHA256 {
    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Hash32 {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The digest of the bytes in `buffer`.
    public static func hash(_ buffer: UnsafeRawBufferPointer) -> Hash32 {
        Hash32 { output in
            blst_sha256(output.baseAddress, buffer.baseAddress, buffer.count)
        }
    }

    /// The digest of `left ‖ right`: one node of a binary Merkle tree.
    public static func hash(_ left: Hash32, _ right: Hash32) -> Hash32 {
        withUnsafeBytes(of: (left, right)) { hash($0) }
    }

    /// Hashes `pairs` consecutive 64-byte blocks of `input` into `pairs` 32-byte digests of `output`.
    ///
    /// `output` may be the start of `input`: block `i` is read before digest `i` is written, and digest `i`
    /// never reaches beyond block `i`.
    public static func hashPairs(_ input: UnsafeRawPointer, pairs: Int, into output: UnsafeMutableRawPointer) {
        if polai_merkle_hash_pairs(output, input, pairs) { return }
        hashPairsOneByOne(input, pairs: pairs, into: output)
    }

    /// Hashes those 64-byte blocks of `input` whose numbers `picked` lists into the 32-byte digests of `output` with the same
    /// numbers. `output` may be the start of `input` as long as no digest overwrites another block that is listed: in a tree that
    /// is laid out as a heap, the nodes of one row.
    public static func hashPairs(
        _ input: UnsafeRawPointer, picked: UnsafeBufferPointer<UInt32>, into output: UnsafeMutableRawPointer
    ) {
        if polai_merkle_hash_picked(output, input, picked.baseAddress, picked.count) { return }
        for number in picked { hashPairsOneByOne(input + 64 * Int(number), pairs: 1, into: output + 32 * Int(number)) }
    }

    /// The slow twin of `hashPairs`, and what a processor without SHA instructions of its own does.
    static func hashPairsOneByOne(_ input: UnsafeRawPointer, pairs: Int, into output: UnsafeMutableRawPointer) {
        for index in 0..<pairs {
            blst_sha256(output + 32 * index, input + 64 * index, 64)
        }
    }
}
