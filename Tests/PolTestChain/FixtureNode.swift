import AckQuorum
public import BeaconTypes
public import Primitives
import SSZ
public import ServiceInterfaces
public import StateTransition

/// A beacon node that stands at one state of a chain, and a pool that judges evidence on it as the chain does.
public actor FixtureNode {
    /// A part of a beacon node that no test here needs.
    public struct Unused: Error {}
    /// What a node answers whose head is not validated.
    public struct OptimisticHead: Refusal {
        public var rule: String { BeaconRule.optimisticHead }
        public var fault: Fault { .circumstance }
        public var description: String { "the head is not validated" }
    }

    public nonisolated let spec = BeaconSpec.pol
    public nonisolated let clock: SlotClock
    public nonisolated let genesisValidatorsRoot: Root
    public let chain: TestChain
    public private(set) var state: CachedBeaconState
    var blocks: [Root: SignedBeaconBlock] = [:]
    var canonical: [Slot: Root] = [:]
    var broadcast = Broadcast<BeaconEvent>()
    var operationBroadcast = Broadcast<OperationEvent>()
    var subscriptionCount = 0
    /// The evidence in the pool.
    public private(set) var taken: [SlashingEvidence] = []
    public private(set) var exits: [SignedVoluntaryExit] = []
    public private(set) var votes: [SingleAttestation] = []
    /// Whether the execution layer has not validated the head: no committee is named.
    private(set) var isOptimistic = false
    /// How often evidence was refused.
    public private(set) var refusals = 0

    /// - Parameter now: the time in seconds since the Unix epoch; by default it stands one second into the chain's slot.
    public init(_ chain: TestChain, now: (@Sendable () -> Double)? = nil) {
        self.chain = chain
        state = chain.state
        let time = Double(TestChain.genesisTime + 12 * chain.state.state.slot + 1)
        clock = SlotClock(genesisTime: TestChain.genesisTime, slotDurationMilliseconds: 12_000, now: now ?? { time })
        genesisValidatorsRoot = chain.state.state.genesisValidatorsRoot
    }

    /// Streams that were asked for so far.
    public var subscriptions: Int { subscriptionCount }

    /// Takes a block as canonical without a look, and announces it.
    public func announce(_ block: SignedBeaconBlock) {
        let root = block.message.hashTreeRoot(spec)
        blocks[root] = block
        canonical[block.message.slot] = root
        broadcast.send(.block(root: root, slot: block.message.slot, isOptimistic: false))
        broadcast.send(.head(root: root, slot: block.message.slot, stateRoot: .zero, isOptimistic: false))
    }

    /// Announces a vote as taken.
    public func take(_ vote: SingleAttestation) { operationBroadcast.send(.singleAttestation(vote)) }

    public func set(isOptimistic: Bool) { self.isOptimistic = isOptimistic }

    public func moveOn(to slot: Slot) throws { try state.processSlots(to: slot) }

    /// Judges evidence as the state transition does.
    private func judge(_ evidence: SlashingEvidence, _ rule: (inout CachedBeaconState, inout SignatureCollector) throws -> Void) throws {
        var signatures = SignatureCollector(.individually)
        var copy = state
        do {
            try rule(&copy, &signatures)
        } catch {
            refusals += 1
            throw error
        }
        taken.append(evidence)
    }

    public func submit(_ slashing: AttesterSlashing) throws {
        try judge(.attester(slashing)) { state, signatures in try state.processAttesterSlashing(slashing, &signatures) }
    }
    public func submit(_ slashing: ProposerSlashing) throws {
        try judge(.proposer(slashing)) { state, signatures in try state.processProposerSlashing(slashing, &signatures) }
    }
    public func submit(_ slashing: AckQuorumSlashing) throws {
        try judge(.ackQuorum(slashing)) { state, signatures in try state.processAckQuorumSlashing(slashing, &signatures) }
    }
    public func submit(_ contradiction: AckContradiction) throws {
        try judge(.ackContradiction(contradiction)) { state, signatures in
            try state.processAckContradiction(contradiction, &signatures)
        }
    }
    public func submit(_ exit: SignedVoluntaryExit) throws { exits.append(exit) }
    public func submit(_ change: SignedBLSToExecutionChange) throws { throw Unused() }
    public func submitAttestations(_ attestations: [SingleAttestation]) throws { votes += attestations }
}
