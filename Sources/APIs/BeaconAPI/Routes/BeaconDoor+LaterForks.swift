import HTTPDoor
import Hummingbird

extension BeaconDoor {
    /// Paths of forks that this chain does not have: 400, as the API demands for a state before the fork; and paths that a
    /// beacon node may leave to a distributed validator's middleware: 501.
    func addLaterForkRoutes(to routes: RouteTable) {
        let states = "/eth/v1/beacon/states/:state_id"
        for (path, fork) in [
            ("\(states)/proposer_lookahead", "fulu"),
            ("/eth/v1/beacon/execution_payload_envelopes/:block_id", "gloas"), ("/eth/v1/beacon/pool/payload_attestations", "gloas"),
            ("/eth/v1/debug/beacon/data_column_sidecars/:block_id", "fulu"), ("/eth/v4/validator/blocks/:slot", "gloas"),
            ("/eth/v1/validator/payload_attestation_data", "gloas"),
            ("/eth/v1/validator/execution_payload_envelopes/:slot/:beacon_block_root", "gloas"),
        ] {
            routes.get(path, offers: nil) { request, _ in throw Self.notActivated(fork, request) }
        }
        for path in [
            "\(states)/builders", "/eth/v1/beacon/execution_payload_envelopes", "/eth/v1/beacon/pool/payload_attestations",
            "/eth/v1/validator/duties/ptc/:epoch", "/eth/v1/validator/proposer_preferences",
        ] {
            routes.post(path, offers: nil) { request, _ in throw Self.notActivated("gloas", request) }
        }
        for path in ["/eth/v1/validator/beacon_committee_selections", "/eth/v1/validator/sync_committee_selections"] {
            routes.post(path, offers: nil) { _, _ in
                throw DoorError(.notImplemented, "Endpoint not implemented", hint: "ask the distributed validator's middleware")
            }
        }
    }

    private static func notActivated(_ fork: String, _ request: Request) -> DoorError {
        .badRequest("\(request.uri.path) begins with the \(fork) fork, which this chain does not have")
    }
}
