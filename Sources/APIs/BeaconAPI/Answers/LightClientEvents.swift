import BeaconTypes
import HTTPDoor
import JSON
import SSZ
import ServiceInterfaces

/// What one reader of events was told of light client data last.
struct LightClientEvents {
    private var finality: LightClientFinalityUpdate?
    private var optimistic: LightClientOptimisticUpdate?

    /// The events of what changed since.
    mutating func next(
        from reader: any LightClientReader, _ wanted: Set<String>, _ spec: BeaconSpec
    ) async -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        func add(_ topic: String, _ data: JSONValue) {
            let value: JSONValue = ["version": .string(ConsensusVersion.json), "data": data]
            events.append(ServerSentEvent(event: topic, data: value.description))
        }
        let finalityTopic = "light_client_finality_update"
        if wanted.contains(finalityTopic), let update = try? await reader.lightClientFinalityUpdate(), update != finality {
            finality = update
            add(finalityTopic, update.json(spec))
        }
        let optimisticTopic = "light_client_optimistic_update"
        if wanted.contains(optimisticTopic), let update = try? await reader.lightClientOptimisticUpdate(), update != optimistic {
            optimistic = update
            add(optimisticTopic, update.json(spec))
        }
        return events
    }
}
