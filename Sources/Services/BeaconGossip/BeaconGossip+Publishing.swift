import BeaconTypes
import ContentRouting
import GossipValidation
import Logging
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconGossip {
    private var spec: BeaconSpec { node.spec }

    /// Sends what the node took into its pools. The network leaves out what it was from the network.
    func publish(_ operation: OperationEvent) async {
        switch operation {
        case .singleAttestation(let vote):
            await send(.beaconAttestation(subnet: await node.attestationSubnet(of: vote)), vote.serialize(spec))
        case .aggregate(let aggregate): await send(.beaconAggregateAndProof, aggregate.serialize(spec))
        case .attesterSlashing(let slashing): await send(.attesterSlashing, slashing.serialize(spec))
        case .proposerSlashing(let slashing): await send(.proposerSlashing, slashing.serialize(spec))
        case .voluntaryExit(let exit): await send(.voluntaryExit, exit.serialize(spec))
        case .blsToExecutionChange(let change): await send(.blsToExecutionChange, change.serialize(spec))
        case .contributionAndProof(let contribution): await send(.syncCommitteeContributionAndProof, contribution.serialize(spec))
        case .ackQuorumSlashing(let slashing): await send(.ackQuorumSlashing, slashing.serialize(spec))
        case .ackContradiction(let contradiction): await send(ExtraTopic.ackContradiction.topic, contradiction.serialize(spec))
        // Messages become contributions here; blocks go out once they are imported.
        case .syncCommitteeMessage, .blockGossip: break
        }
    }

    /// Sends a block that is new on the chain. Those of the past come by range.
    func publish(_ event: BeaconEvent) async {
        guard case .block(let root, let slot, _) = event, slot + 1 >= node.clock.currentSlot ?? 0 else { return }
        do {
            guard let block = try await node.block(.root(root)) else { return }
            await send(.beaconBlock, block.block.serialize(spec))
        } catch {
            logger.warning("block \(root.shortHex) is not sent: \(error)")
        }
    }

    private func send(_ topic: GossipTopic, _ bytes: [UInt8]) async { await send(Topic(topic.name), bytes) }

    func send(_ topic: Topic, _ bytes: [UInt8]) async {
        do {
            try await network.publish(bytes, on: topic)
        } catch {
            logger.warning("a message on \(topic.name) is not sent: \(error)")
        }
    }
}
