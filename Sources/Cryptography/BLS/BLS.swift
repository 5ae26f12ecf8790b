/// BLS12-381 signatures of Ethereum's consensus layer: public keys in G1 (48 bytes), signatures in G2
/// (96 bytes), proof-of-possession scheme.
///
/// The functions carry the names of `draft-irtf-cfrg-bls-signature-04` §2–3 and of the consensus
/// specification's `bls.md`. Verification never throws: anything malformed (a wrong encoding, a point at
/// infinity where none may be, a point outside the subgroup) is simply not a valid signature.
public enum BLS {
    /// The ciphersuite: `BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_`.
    public static var ciphersuite: String { Ciphersuite.name.description }
}

/// The domain separation tag of hashing to G2.
///
/// blst keeps a pointer to it inside pairing contexts; the bytes of a `StaticString` never move.
enum Ciphersuite {
    static let name: StaticString = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"
    static var start: UnsafePointer<UInt8> { name.utf8Start }
    static var count: Int { name.utf8CodeUnitCount }
}
