public import Primitives
public import SSZ

/// `LightClientHeader`: a beacon header with the execution header it commits to (deneb `light-client/sync-protocol.md`).
public struct LightClientHeader: Hashable, Sendable {
    public var beacon = BeaconBlockHeader()
    public var execution = ExecutionPayloadHeader()
    /// From the payload header to `beacon.body_root`.
    public var executionBranch: SSZVector<Bytes32> = []

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(beacon: BeaconBlockHeader, execution: ExecutionPayloadHeader, executionBranch: SSZVector<Bytes32>) {
        self.beacon = beacon
        self.execution = execution
        self.executionBranch = executionBranch
    }
}

extension LightClientHeader: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("beacon", &beacon, spec)
        try visitor.visit("execution", &execution, spec)
        try visitor.visit("execution_branch", &executionBranch, .length(Constant.executionBranchDepth))
    }
}
