public import BeaconTypes
public import ChainSync
public import ContentRouting
public import GossipValidation
public import Logging
public import Primitives
import SSZ
public import ServiceInterfaces

/// Judges what comes over the beacon topics by the chain as it is.
public protocol GossipJudging: Sendable {
    func judge(_ message: GossipMessage, with judge: GossipJudge) async -> GossipOutcome
    /// The subnet on which a vote travels.
    func attestationSubnet(of attestation: SingleAttestation) async -> UInt64
}

/// Everything that gossip asks of a beacon node.
public typealias GossipingNode = AttestationDuties & BeaconChainReader & BeaconOperations & CommitteeDuties & GossipJudging
    & OperationEventSource

/// Connects a beacon node with the network's topics: what comes and is accepted is taken in, what the node takes in goes out.
public struct BeaconGossip: Sendable {
    let node: any GossipingNode
    let sync: ChainSync
    let network: any MessageTopics
    let judge = GossipJudge()
    let logger: Logger
    private let prefix: String

    /// - Parameter forkDigest: sets the topics of this chain apart from another's.
    public init(node: any GossipingNode, sync: ChainSync, network: any MessageTopics, forkDigest: ForkDigest, logger: Logger) {
        self.node = node
        self.sync = sync
        self.network = network
        self.logger = logger
        prefix = "/eth2/\(forkDigest.hex.dropFirst(2))/"
    }

    /// The topic's whole name (phase0 p2p-interface, Topics and messages).
    func name(_ topic: GossipTopic) -> Topic { Topic(prefix + topic.name + "/ssz_snappy") }

    /// Subscribes, then sends what the node takes in, until cancelled.
    public func run() async {
        let (operations, blocks, taken) = await open()
        await withDiscardingTaskGroup { group in
            // A message was taken in when it was judged; a subscription lasts as long as somebody reads.
            for messages in taken { group.addTask { for await _ in messages {} } }
            group.addTask { for await operation in operations { await publish(operation) } }
            group.addTask { for await event in blocks { await publish(event) } }
        }
    }

    /// Subscribes to the topics, and to what the node announces.
    private func open() async -> (AsyncStream<OperationEvent>, AsyncStream<BeaconEvent>, [AsyncStream<TopicMessage>]) {
        let (operations, blocks) = (await node.operationEvents(), await node.events())
        var topics: [GossipTopic] = [
            .beaconBlock, .beaconAggregateAndProof, .voluntaryExit, .proposerSlashing, .attesterSlashing,
            .syncCommitteeContributionAndProof, .blsToExecutionChange, .ackQuorumSlashing,
        ]
        let spec = node.spec
        topics += (0..<spec.config.attestationSubnetCount).map { .beaconAttestation(subnet: $0) }
        topics += (0..<UInt64(Constant.syncCommitteeSubnetCount)).map { .syncCommittee(subnet: $0) }
        var taken: [AsyncStream<TopicMessage>] = []
        for topic in topics { taken.append(await network.subscribe(name(topic)) { message in await receive(message, topic) }) }
        return (operations, blocks, taken)
    }
}
