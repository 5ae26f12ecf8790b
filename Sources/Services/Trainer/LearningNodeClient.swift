import BeaconTypes
public import ContentRouting
public import LoRA
public import Primitives
public import ServiceInterfaces
public import UpdateLife

/// The chain as a trainer sees it: in its own node, or in another over HTTP.
public protocol LearningNodeClient: Sendable {
    /// Root of the head's adapter.
    func head() async throws -> Hash32
    /// The adapter with this root, `nil` when the node does not hold it.
    func adapter(_ root: Hash32) async throws -> LoRAAdapter?
    /// Publishes an update file; its id.
    func publish(_ file: [UInt8]) async throws -> Hash32
    /// What became of the update file so far.
    func verdict(on id: Hash32) async throws -> UpdateSummary?
    /// Notes a file that could not even be published.
    func noteRefused(_ id: Hash32, _ facts: FileFacts, _ reason: RefusedUpdate) async
    /// An element at once and whenever the head or what is known of an update may have changed. It ends when the node does.
    func changes() async -> AsyncStream<Void>
}

/// The node in the same process.
public struct LocalLearningNode: LearningNodeClient {
    let node: any AckCommittees & LearningMoves
    let adapters: any AdapterSource
    let updates: any UpdateRecords
    let routing: any LearningRouting

    public init(
        node: any AckCommittees & LearningMoves, adapters: any AdapterSource, updates: any UpdateRecords, routing: any LearningRouting
    ) {
        self.node = node
        self.adapters = adapters
        self.updates = updates
        self.routing = routing
    }

    public func head() async throws -> Hash32 {
        try await node.ackCommittee(slot: max(1, node.clock.currentSlot ?? 0)).learning.adapterRoot
    }

    public func adapter(_ root: Hash32) async throws -> LoRAAdapter? { try await adapters.adapter(root) }
    public func publish(_ file: [UInt8]) async throws -> Hash32 { try await routing.publish(file) }
    public func verdict(on id: Hash32) async throws -> UpdateSummary? { await updates.record(id).map { UpdateSummary($0) } }

    public func noteRefused(_ id: Hash32, _ facts: FileFacts, _ reason: RefusedUpdate) async {
        await updates.apply(.announced(facts), to: id)
        await updates.apply(.refused(reason), to: id)
    }

    public func changes() async -> AsyncStream<Void> {
        .learningSigns(await updates.transitions(), await node.learningMoves())
    }
}
