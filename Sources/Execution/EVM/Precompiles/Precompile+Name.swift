extension Precompile {
    /// What EIP-7910 calls it.
    var name: String {
        switch self {
        case .ecrecover: "ECREC"
        case .sha256: "SHA256"
        case .ripemd160: "RIPEMD160"
        case .identity: "ID"
        case .modexp: "MODEXP"
        case .bn128Add: "BN254_ADD"
        case .bn128Multiply: "BN254_MUL"
        case .bn128Pairing: "BN254_PAIRING"
        case .blake2f: "BLAKE2F"
        case .pointEvaluation: "KZG_POINT_EVALUATION"
        case .bls12G1Add: "BLS12_G1ADD"
        case .bls12G1MultiExp: "BLS12_G1MSM"
        case .bls12G2Add: "BLS12_G2ADD"
        case .bls12G2MultiExp: "BLS12_G2MSM"
        case .bls12Pairing: "BLS12_PAIRING_CHECK"
        case .bls12MapToG1: "BLS12_MAP_FP_TO_G1"
        case .bls12MapToG2: "BLS12_MAP_FP2_TO_G2"
        case .p256Verify: "P256VERIFY"
        }
    }
}
