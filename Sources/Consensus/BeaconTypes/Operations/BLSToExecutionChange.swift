public import Primitives
public import SSZ

/// `BLSToExecutionChange`: moves withdrawals from a BLS key to an execution address (capella `beacon-chain.md`).
public struct BLSToExecutionChange: Hashable, Sendable {
    public var validatorIndex: ValidatorIndex = 0
    public var fromBlsPubkey = BLSPubkey()
    public var toExecutionAddress: ExecutionAddress = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(validatorIndex: ValidatorIndex, fromBlsPubkey: BLSPubkey, toExecutionAddress: ExecutionAddress) {
        self.validatorIndex = validatorIndex
        self.fromBlsPubkey = fromBlsPubkey
        self.toExecutionAddress = toExecutionAddress
    }
}

extension BLSToExecutionChange: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("validator_index", &validatorIndex)
        try visitor.visit("from_bls_pubkey", &fromBlsPubkey)
        try visitor.visit("to_execution_address", &toExecutionAddress)
    }
}
