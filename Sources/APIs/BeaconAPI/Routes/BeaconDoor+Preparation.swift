import BeaconTypes
import HTTPDoor
import HTTPTypes
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    func addPreparationRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        // The node takes every subnet, so subscriptions change nothing; they are checked all the same.
        routes.post("/eth/v1/validator/beacon_committee_subscriptions", offers: nil) { request, _ in
            try await accept(
                request, numbers: ["validator_index", "committee_index", "committees_at_slot", "slot"], others: ["is_aggregator"])
        }
        routes.post("/eth/v1/validator/sync_committee_subscriptions", offers: nil) { request, _ in
            try await accept(request, numbers: ["validator_index", "until_epoch"], others: ["sync_committee_indices"])
        }
        // There are no external builders to tell.
        routes.post("/eth/v1/validator/register_validator", offers: nil) { request, _ in
            if request.mediaType == MediaTypes.ssz {
                _ = try await request.bytes(upTo: BodyLimit.batch)
                return Response(status: .ok)
            }
            return try await accept(request, numbers: [], others: ["message", "signature"])
        }
        routes.post("/eth/v1/validator/prepare_beacon_proposer", offers: nil) { request, _ in
            // The one message here that needs no signature: a page that the operator happens to visit must not send it.
            guard request.headers[.origin] == nil else { throw DoorError(.forbidden, "Web pages may not name fee recipients") }
            var recipients: [ValidatorIndex: ExecutionAddress] = [:]
            for (index, entry) in try await objects(request).enumerated() {
                do {
                    recipients[try ValidatorIndex(json: entry["validator_index"] ?? .null, Unshaped())] = try ExecutionAddress(
                        json: entry["fee_recipient"] ?? .null, Unshaped())
                } catch {
                    throw DoorError.badRequest("Invalid request body at index \(index): \(error)")
                }
            }
            await services.prepareProposers(recipients)
            return Response(status: .ok)
        }
        routes.post("/eth/v1/validator/liveness/:epoch") { request, context in
            let epoch = try context.number("epoch")
            let indices = try await request.indices()
            do {
                let live = try await services.liveValidators(epoch: epoch, among: indices)
                return Response.data(.array(indices.map { ["index": .string(String($0)), "is_live": .bool(live.contains($0))] }))
            } catch let refused as SubmissionRefused {
                throw DoorError(.badRequest, refusing: refused, "Invalid epoch: \(epoch); \(refused)")
            }
        }
    }

    private func objects(_ request: Request) async throws -> [JSONValue] {
        let body = try await request.json(upTo: BodyLimit.batch)
        guard let elements = body.array else { throw DoorError.badRequest("Invalid request body: expected an array, found \(body.kind)") }
        return elements
    }

    /// Takes an array of objects that have all the named members, decimal strings where `numbers` names them.
    private func accept(_ request: Request, numbers: [String], others: [String]) async throws -> Response {
        for (index, entry) in try await objects(request).enumerated() {
            for name in numbers + others {
                guard let value = entry[name] else {
                    throw DoorError.badRequest("Invalid request body at index \(index): \(name) is missing")
                }
                if numbers.contains(name) { _ = try Decimal.parse(value.string ?? value.description, name) }
            }
        }
        return Response(status: .ok)
    }
}
