import BeaconTypes
public import ContentRouting
public import LoRA
public import Primitives
public import ServiceInterfaces

/// The chain as a trainer sees it: in its own node, or in another over HTTP.
public protocol TrainingGround: Sendable {
    /// Root of the head's adapter.
    func head() async throws -> Hash32
    /// The adapter with this root, `nil` when the node does not hold it.
    func adapter(_ root: Hash32) async throws -> LoRAAdapter?
    /// Publishes an update file; its id.
    func publish(_ file: [UInt8]) async throws -> Hash32
    /// What became of the update file so far.
    func verdict(on id: Hash32) async throws -> UpdateSummary?
    /// Notes a file that could not even be published.
    func noteRefused(_ summary: UpdateSummary) async
}

/// The node in the same process.
public struct LocalGround: TrainingGround {
    let node: any BeaconNodeClient
    let adapters: any AdapterSource
    let journal: any UpdateJournal
    let routing: any LearningRouting

    public init(node: any BeaconNodeClient, adapters: any AdapterSource, journal: any UpdateJournal, routing: any LearningRouting) {
        self.node = node
        self.adapters = adapters
        self.journal = journal
        self.routing = routing
    }

    public func head() async throws -> Hash32 {
        try await node.ackCommittee(slot: max(1, node.clock.currentSlot ?? 0)).learning.adapterRoot
    }

    public func adapter(_ root: Hash32) async throws -> LoRAAdapter? { try await adapters.adapter(root) }
    public func publish(_ file: [UInt8]) async throws -> Hash32 { try await routing.publish(file) }
    public func verdict(on id: Hash32) async throws -> UpdateSummary? { await journal.summary(id) }
    public func noteRefused(_ summary: UpdateSummary) async { await journal.note(summary) }
}
