import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    func addPoolRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        let pool = "/eth/v1/beacon/pool"
        routes.get("\(pool)/proposer_slashings") { _, _ in
            Response.data(.array(await services.pooledProposerSlashings().map { $0.json(spec) }))
        }
        routes.post("\(pool)/proposer_slashings", offers: nil) { request, _ in
            let slashing = try await request.value(ProposerSlashing.self, spec, upTo: BodyLimit.single)
            return try await Response.submitting { try await services.submit(slashing) }
        }
        routes.get("\(pool)/voluntary_exits") { _, _ in
            Response.data(.array(await services.pooledVoluntaryExits().map { $0.json(spec) }))
        }
        routes.post("\(pool)/voluntary_exits", offers: nil) { request, _ in
            let exit = try await request.value(SignedVoluntaryExit.self, spec, upTo: BodyLimit.single)
            return try await Response.submitting { try await services.submit(exit) }
        }
        routes.get("\(pool)/bls_to_execution_changes") { _, _ in
            Response.data(.array(await services.pooledBLSToExecutionChanges().map { $0.json(spec) }))
        }
        routes.post("\(pool)/bls_to_execution_changes", offers: nil) { request, _ in
            let changes = try await request.values(SignedBLSToExecutionChange.self, spec, most: Self.changesLimit)
            return try await Response.submitting(isBatch: true) {
                try await Self.eachAlone(changes) { try await services.submit($0) }
            }
        }
        routes.post("\(pool)/sync_committees", offers: nil) { request, _ in
            let messages = try await request.values(SyncCommitteeMessage.self, spec, most: spec.preset.validatorRegistryLimit)
            return try await Response.submitting(isBatch: true) { try await services.submitSyncCommitteeMessages(messages) }
        }
    }

    /// Credential changes in one request at most.
    private static let changesLimit: UInt64 = 4096

    /// Offers each element by itself, then throws what was refused with its place.
    private static func eachAlone<Element>(_ elements: [Element], _ submit: (Element) async throws -> Void) async throws {
        var failures: [SubmissionRefused.Failure] = []
        for (index, element) in elements.enumerated() {
            do {
                try await submit(element)
            } catch let refused as SubmissionRefused {
                failures.append(.init(index: index, refused))
            }
        }
        if !failures.isEmpty { throw SubmissionRefused(failures) }
    }
}
