import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import ServiceInterfaces

extension BeaconDoor {
    /// The topics of the beacon API. Those of forks that this chain does not have stay silent, and so do blobs.
    private static let topics: Set<String> = [
        "head", "head_v2", "block", "block_gossip", "attestation", "single_attestation", "voluntary_exit", "bls_to_execution_change",
        "proposer_slashing", "attester_slashing", "finalized_checkpoint", "chain_reorg", "contribution_and_proof",
        "light_client_finality_update", "light_client_optimistic_update", "payload_attributes", "blob_sidecar", "data_column_sidecar",
        "execution_payload", "execution_payload_gossip", "execution_payload_available", "execution_payload_bid",
        "payload_attestation_message", "fast_confirmation", "proposer_preferences",
        // Our own.
        "ack_quorum_slashing", "ack_contradiction",
    ]

    func addEventRoute(to routes: RouteTable) {
        routes.get("/eth/v1/events", offers: ["text/event-stream"]) { request, _ in
            let wanted = Set(request.queryList("topics"))
            guard !wanted.isEmpty else {
                throw DoorError.badRequest("Invalid topics: none given", hint: "such as ?topics=head,finalized_checkpoint")
            }
            if let unknown = wanted.subtracting(Self.topics).min() { throw DoorError.badRequest("Invalid topic: \(unknown)") }
            return Response.serverSentEvents(await events(wanted), backlog: Self.eventBacklog) { $0 }
        }
    }

    /// A reader who falls further behind loses the oldest events: several slots of votes.
    private static let eventBacklog = 4096

    /// The events of the given topics, from now on, until both sources end or the reader leaves.
    private func events(_ wanted: Set<String>) async -> AsyncStream<ServerSentEvent> {
        let (output, continuation) = AsyncStream.makeStream(of: ServerSentEvent.self, bufferingPolicy: .bufferingNewest(Self.eventBacklog))
        let chainEvents = await chain.events()
        let operations = wanted.isDisjoint(with: OperationEvent.allTopics) ? nil : await services?.operationEvents()
        let forwarding = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await forward(chainEvents, wanted, to: continuation) }
                guard let operations, let services else { return }
                group.addTask {
                    for await event in operations {
                        for topic in event.topics where wanted.contains(topic) {
                            if let event = await serverSentEvent(event, topic: topic, services) { continuation.yield(event) }
                        }
                    }
                }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in forwarding.cancel() }
        return output
    }

    /// Sends the chain's changes, and light client data where a new head changed it.
    private func forward(
        _ events: AsyncStream<BeaconEvent>, _ wanted: Set<String>, to continuation: AsyncStream<ServerSentEvent>.Continuation
    ) async {
        var sent = LightClientEvents()
        for await event in events {
            for topic in event.topics where wanted.contains(topic) {
                if let event = await serverSentEvent(event, topic: topic) { continuation.yield(event) }
            }
            guard case .head = event, let services else { continue }
            for event in await sent.next(from: services, wanted, spec) { continuation.yield(event) }
        }
    }
}
