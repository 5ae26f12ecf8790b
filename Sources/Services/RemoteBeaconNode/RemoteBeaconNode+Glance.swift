public import BeaconTypes
import JSON
public import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode {
    /// Where the chain stands.
    public struct Glance: Sendable {
        public let head: BlockReference
        public let justified: Checkpoint
        public let finalized: Checkpoint
    }

    /// Head and finality.
    public func glance() async throws -> Glance {
        let head = try await fetch(.get("/eth/v1/beacon/headers/head")).data
        let points = try await fetch(.get("/eth/v1/beacon/states/head/finality_checkpoints")).data
        let (justified, finalized) = (try points.field("current_justified"), try points.field("finalized"))
        return Glance(
            head: BlockReference(slot: try head.field("header").field("message").number("slot"), root: try head.root("root")),
            justified: Checkpoint(epoch: try justified.number("epoch"), root: try justified.root("root")),
            finalized: Checkpoint(epoch: try finalized.number("epoch"), root: try finalized.root("root")))
    }

    /// The key of a validator; `nil` when the registry has no such one.
    public func publicKey(of index: ValidatorIndex) async throws -> BLSPubkey? {
        try await fetchIfFound(.get("/eth/v1/beacon/states/head/validators/\(index)"))?.data.field("validator").publicKey("pubkey")
    }

    /// How many validators the registry has.
    public func validatorCount() async throws -> Int {
        try await fetch(.post("/eth/v1/beacon/states/head/validator_identities", .array([]))).data.list().count
    }

    /// The learning state after the head.
    public func learningState() async throws -> LearningState {
        try requireLearning()
        return try await fetch(.get("/polai/v1/learning/head")).data.container(LearningState.self, spec)
    }
}
