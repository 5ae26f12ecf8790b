public import Primitives
public import SSZ

/// `Deposit`: a deposit with its branch to `eth1_data.deposit_root` (phase0 `beacon-chain.md`).
public struct Deposit: Hashable, Sendable {
    /// The branch in the contract's tree, then the count that is mixed into its root.
    public var proof: SSZVector<Bytes32> = []
    public var data = DepositData()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(proof: SSZVector<Bytes32>, data: DepositData) {
        self.proof = proof
        self.data = data
    }
}

extension Deposit: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("proof", &proof, .length(Constant.depositContractTreeDepth + 1))
        try visitor.visit("data", &data, spec)
    }
}
