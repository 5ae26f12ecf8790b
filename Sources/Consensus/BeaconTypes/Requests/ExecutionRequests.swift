public import SSZ

/// `ExecutionRequests`: everything the execution layer asks of the consensus layer in one block (electra `beacon-chain.md`).
public struct ExecutionRequests: Hashable, Sendable {
    public var deposits: [DepositRequest] = []
    public var withdrawals: [WithdrawalRequest] = []
    public var consolidations: [ConsolidationRequest] = []

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(deposits: [DepositRequest], withdrawals: [WithdrawalRequest], consolidations: [ConsolidationRequest]) {
        self.deposits = deposits
        self.withdrawals = withdrawals
        self.consolidations = consolidations
    }
}

extension ExecutionRequests: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("deposits", &deposits, .limit(spec.preset.maxDepositRequestsPerPayload, of: spec))
        try visitor.visit("withdrawals", &withdrawals, .limit(spec.preset.maxWithdrawalRequestsPerPayload, of: spec))
        try visitor.visit("consolidations", &consolidations, .limit(spec.preset.maxConsolidationRequestsPerPayload, of: spec))
    }
}
