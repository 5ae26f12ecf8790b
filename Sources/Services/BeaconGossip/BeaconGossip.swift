public import BeaconTypes
public import ChainSync
public import ContentRouting
public import GossipValidation
public import Logging
import Primitives
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
    & LightClientReader & OperationEventSource

/// Connects a beacon node with the network's topics: what comes and is accepted is taken in, what the node takes in goes out.
public struct BeaconGossip: Sendable {
    let node: any GossipingNode
    let sync: ChainSync
    let network: any MessageTopics
    let judge = GossipJudge()
    let refusals = RefusalQuota()
    let logger: Logger

    /// - Parameter network: calls topics by their names alone; how they are called among peers is its business.
    public init(node: any GossipingNode, sync: ChainSync, network: any MessageTopics, logger: Logger) {
        self.node = node
        self.sync = sync
        self.network = network
        self.logger = logger
    }

    /// Subscribes, then sends what the node takes in, until cancelled.
    public func run() async {
        let (operations, blocks, taken) = await open()
        await withDiscardingTaskGroup { group in
            // A message was taken in when it was judged; a subscription lasts as long as somebody reads.
            for messages in taken { group.addTask { for await _ in messages {} } }
            group.addTask { for await operation in operations { await publish(operation) } }
            group.addTask {
                var sent = SentUpdates()
                for await event in blocks {
                    await publish(event)
                    if case .head = event { await publishUpdates(&sent) }
                }
            }
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
        for topic in topics { taken.append(await network.subscribe(Topic(topic.name)) { message in await receive(message, topic) }) }
        for extra in ExtraTopic.allCases {
            taken.append(await network.subscribe(extra.topic) { message in await receive(message, extra) })
        }
        return (operations, blocks, taken)
    }
}
