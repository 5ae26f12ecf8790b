import BeaconTypes
import ChainSync
import ContentRouting
import GossipValidation
import Logging
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconGossip {
    /// Judges a message, and takes in what is accepted. What this node sends itself it has judged before.
    func receive(_ delivery: TopicMessage, _ topic: GossipTopic) async -> MessageVerdict {
        guard let source = delivery.source else { return .accept }
        let sender = source.description
        let message: GossipMessage
        do {
            message = try GossipMessage(topic, deserializing: delivery.data, node.spec)
        } catch {
            return .reject
        }
        switch await node.judge(message, with: judge) {
        case .accept:
            await take(message, from: sender)
            return .accept
        case .ignore(let reason):
            // Its parents are looked for; it is judged by the rules of blocks once they are here.
            if case .beaconBlock(let block) = message, reason == .parentUnknown {
                await sync.receive(block, from: sender, origin: .gossip)
            }
            return .ignore
        case .reject(let reason):
            logger.debug("\(sender) sent a message on \(topic.name) that is rejected: \(reason)")
            return .reject
        }
    }

    private func take(_ message: GossipMessage, from sender: String) async {
        do {
            switch message {
            case .beaconBlock(let block): await sync.receive(block, from: sender, origin: .gossip)
            case .beaconAttestation(let attestation, _): try await node.submitAttestations([attestation])
            case .beaconAggregateAndProof(let aggregate): try await node.submitAggregates([aggregate])
            case .syncCommittee(let message, _): try await node.submitSyncCommitteeMessages([message])
            case .syncCommitteeContributionAndProof(let contribution): try await node.submitContributions([contribution])
            case .voluntaryExit(let exit): try await node.submit(exit)
            case .proposerSlashing(let slashing): try await node.submit(slashing)
            case .attesterSlashing(let slashing): try await node.submit(slashing)
            case .blsToExecutionChange(let change): try await node.submit(change)
            case .ackQuorumSlashing(let slashing): try await node.submit(slashing)
            // The learning side's topics.
            case .updateAck, .updateCandidate: break
            }
        } catch {
            // It held by the rules of gossip; that the pools do not want it is no fault of anybody.
            logger.debug("a gossip message is not taken in: \(error)")
        }
    }
}
