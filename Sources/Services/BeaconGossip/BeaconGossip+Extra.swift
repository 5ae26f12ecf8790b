import BeaconTypes
import ContentRouting
import Logging
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconGossip {
    /// Judges a message of a topic without conditions of its own.
    func receive(_ delivery: TopicMessage, _ topic: ExtraTopic) async -> MessageVerdict {
        guard let source = delivery.source else { return .accept }
        let spec = node.spec
        switch topic {
        case .lightClientFinalityUpdate:
            guard (try? LightClientFinalityUpdate(deserializing: delivery.data, spec)) != nil else { return .reject }
            return await isOwn(delivery.data) { try await node.lightClientFinalityUpdate()?.serialize(spec) }
        case .lightClientOptimisticUpdate:
            guard (try? LightClientOptimisticUpdate(deserializing: delivery.data, spec)) != nil else { return .reject }
            return await isOwn(delivery.data) { try await node.lightClientOptimisticUpdate()?.serialize(spec) }
        case .ackContradiction:
            guard let contradiction = try? AckContradiction(deserializing: delivery.data, spec) else { return .reject }
            return await judge(contradiction, from: source)
        }
    }

    /// Another update than this node's own may be right all the same: nobody is held to account for it.
    private func isOwn(_ data: [UInt8], _ own: () async throws -> [UInt8]?) async -> MessageVerdict {
        guard let own = try? await own(), own == data else { return .ignore }
        return .accept
    }

    private func judge(_ contradiction: AckContradiction, from source: PeerID) async -> MessageVerdict {
        guard refusals.isOpen(source) else { return .ignore }
        let voter = contradiction.vote.validatorIndex
        guard await !node.pooledAckContradictions().contains(where: { $0.vote.validatorIndex == voter }) else { return .ignore }
        do {
            try await node.submit(contradiction)
            return .accept
        } catch {
            // What its anchor is depends on the branch that one sees.
            refusals.refused(source)
            logger.debug("\(source) sent a contradiction that does not hold here: \(error)")
            return .ignore
        }
    }

    /// Sends the light clients' updates that a block has made.
    func publishUpdates(_ sent: inout SentUpdates) async {
        let spec = node.spec
        if let update = try? await node.lightClientFinalityUpdate(), sent.finality != update {
            sent.finality = update
            await send(ExtraTopic.lightClientFinalityUpdate.topic, update.serialize(spec))
        }
        if let update = try? await node.lightClientOptimisticUpdate(), sent.optimistic != update {
            sent.optimistic = update
            await send(ExtraTopic.lightClientOptimisticUpdate.topic, update.serialize(spec))
        }
    }
}

/// The updates that were sent last.
struct SentUpdates {
    var finality: LightClientFinalityUpdate?
    var optimistic: LightClientOptimisticUpdate?
}
