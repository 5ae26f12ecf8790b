import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension BeaconDoor {
    func addLightClientRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        let lightClient = "/eth/v1/beacon/light_client"
        routes.get("\(lightClient)/bootstrap/:block_root", offers: nil) { request, context in
            let text = context.parameters.get("block_root") ?? ""
            guard text.hasPrefix("0x"), let root = try? Root(hex: text) else { throw DoorError.badRequest("Invalid block root: \(text)") }
            guard let bootstrap = try await services.lightClientBootstrap(root) else {
                throw DoorError.notFound("LC bootstrap unavailable for block \(text)")
            }
            return try Response.versioned(bootstrap, spec, spec: spec, for: request)
        }
        routes.get("\(lightClient)/finality_update", offers: nil) { request, _ in
            guard let update = try await services.lightClientFinalityUpdate() else {
                throw DoorError.notFound("LC finality update unavailable")
            }
            return try Response.versioned(update, spec, spec: spec, for: request)
        }
        routes.get("\(lightClient)/optimistic_update", offers: nil) { request, _ in
            guard let update = try await services.lightClientOptimisticUpdate() else {
                throw DoorError.notFound("LC optimistic update unavailable")
            }
            return try Response.versioned(update, spec, spec: spec, for: request)
        }
        routes.get("\(lightClient)/updates", offers: nil) { request, _ in try await lightClientUpdates(services, request) }
    }

    /// The API demands both parameters; without them the current period is meant, which some clients rely on.
    private func lightClientUpdates(_ services: any BeaconServices, _ request: Request) async throws -> Response {
        let type = try request.negotiate([MediaTypes.json, MediaTypes.ssz])
        let perPeriod = spec.preset.slotsPerEpoch * spec.preset.epochsPerSyncCommitteePeriod
        let start: UInt64
        if let asked = try request.queryNumber("start_period") {
            start = asked
        } else {
            start = await chain.syncStatus().headSlot / perPeriod
        }
        let count = try request.queryNumber("count") ?? 1
        guard count > 0 else { throw DoorError.badRequest("Invalid count: 0") }
        let updates = try await services.lightClientUpdates(from: start, count: count)
        if type == MediaTypes.json {
            var response = Response.json(
                .array(updates.map { ["version": .string(ConsensusVersion.json), "data": $0.json(spec)] }))
            response.headers[.consensusVersion] = ConsensusVersion.json
            return response
        }
        // Chunks of length, fork digest and update, as in the request/response protocol.
        let digest = computeForkDataRoot(spec.config.electraForkVersion, chain.genesisValidatorsRoot).bytes.prefix(4)
        var bytes: [UInt8] = []
        for update in updates {
            let payload = update.serialize(spec)
            bytes.append(littleEndian: UInt64(payload.count + 4))
            bytes += digest + payload
        }
        var response = Response.bytes(bytes, type: type)
        response.headers[.consensusVersion] = spec.fork.rawValue
        return response
    }
}
