public import Primitives

/// Contracts that clients implement themselves (Yellow Paper, appendix E, and later EIPs), by the last bytes of their address.
enum Precompile: UInt16, CaseIterable {
    case ecrecover = 1
    case sha256, ripemd160, identity
    case modexp, bn128Add, bn128Multiply, bn128Pairing
    case blake2f
    case pointEvaluation
    case bls12G1Add, bls12G1MultiExp, bls12G2Add, bls12G2MultiExp, bls12Pairing, bls12MapToG1,
        bls12MapToG2
    case p256Verify = 0x100

    var since: EVMRevision {
        switch self {
        case .ecrecover, .sha256, .ripemd160, .identity: .frontier
        case .modexp, .bn128Add, .bn128Multiply, .bn128Pairing: .byzantium
        case .blake2f: .istanbul
        case .pointEvaluation: .cancun
        case .p256Verify: .osaka
        default: .prague
        }
    }

    /// The precompile at `address` under `revision`, if there is one.
    @inline(__always) init?(_ address: Address, _ revision: EVMRevision) {
        let word = EVM.word(address)
        guard word.high == 0, word.low <= 0x100 else { return nil }
        guard let found = Precompile(rawValue: UInt16(truncatingIfNeeded: word.low)),
            revision >= found.since
        else { return nil }
        self = found
    }

    var address: Address {
        Address([UInt8](repeating: 0, count: 18) + [UInt8(rawValue >> 8), UInt8(rawValue & 0xff)])
            ?? .zero
    }

    /// Runs it: the gas that is left and the output; `nil` when the input is refused or the gas does not suffice.
    func run(_ input: [UInt8], gas: Int64, _ revision: EVMRevision) -> (gas: Int64, output: [UInt8])? {
        let cost = self.cost(input, revision)
        guard cost <= gas, let output = output(input) else { return nil }
        return (gas - cost, output)
    }

    private func cost(_ input: [UInt8], _ revision: EVMRevision) -> Int64 {
        let words = GasTable.words(input.count)
        return switch self {
        case .ecrecover: 3000
        case .sha256: 60 + 12 * words
        case .ripemd160: 600 + 120 * words
        case .identity: 15 + 3 * words
        case .modexp: ModularExponentiation.cost(input, revision)
        case .bn128Add: revision >= .istanbul ? 150 : 500
        case .bn128Multiply: revision >= .istanbul ? 6000 : 40000
        case .bn128Pairing:
            (revision >= .istanbul ? 45000 : 100_000) + (revision >= .istanbul ? 34000 : 80000)
                * Int64(input.count / 192)
        case .blake2f: Blake2f.cost(input)
        case .pointEvaluation: 50000
        case .bls12G1Add: 375
        case .bls12G1MultiExp:
            BLS12Gas.multiExp(pairs: input.count / 160, base: 12000, discounts: BLS12Gas.g1Discounts)
        case .bls12G2Add: 600
        case .bls12G2MultiExp:
            BLS12Gas.multiExp(pairs: input.count / 288, base: 22500, discounts: BLS12Gas.g2Discounts)
        case .bls12Pairing: 37700 + 32600 * Int64(input.count / 384)
        case .bls12MapToG1: 5500
        case .bls12MapToG2: 23800
        case .p256Verify: 6900
        }
    }

    private func output(_ input: [UInt8]) -> [UInt8]? {
        switch self {
        case .ecrecover: SignatureRecovery.recover(input)
        case .sha256: SHA256.hash(input).bytes
        case .ripemd160: [UInt8](repeating: 0, count: 12) + RIPEMD160.hash(input)
        case .identity: input
        case .modexp: ModularExponentiation.run(input)
        case .bn128Add: BN128Precompiles.add(input)
        case .bn128Multiply: BN128Precompiles.multiply(input)
        case .bn128Pairing: BN128Precompiles.pairing(input)
        case .blake2f: Blake2f.run(input)
        case .pointEvaluation: PointEvaluation.run(input)
        case .bls12G1Add: BLS12Precompiles.addG1(input)
        case .bls12G1MultiExp: BLS12Precompiles.multiExpG1(input)
        case .bls12G2Add: BLS12Precompiles.addG2(input)
        case .bls12G2MultiExp: BLS12Precompiles.multiExpG2(input)
        case .bls12Pairing: BLS12Precompiles.pairing(input)
        case .bls12MapToG1: BLS12Precompiles.mapToG1(input)
        case .bls12MapToG2: BLS12Precompiles.mapToG2(input)
        case .p256Verify: P256Verification.run(input)
        }
    }
}

extension EVM {
    /// The addresses of all precompiles of a revision, which are warm from the beginning (EIP-2929).
    public static func precompiles(_ revision: EVMRevision) -> [Address] {
        Precompile.allCases.filter { $0.since <= revision }.map(\.address)
    }

    /// The names of the precompiles of a revision in EIP-7910, with their addresses.
    public static func namedPrecompiles(_ revision: EVMRevision) -> [(name: String, address: Address)] {
        Precompile.allCases.filter { $0.since <= revision }.map { ($0.name, $0.address) }.sorted { $0.name < $1.name }
    }
}
