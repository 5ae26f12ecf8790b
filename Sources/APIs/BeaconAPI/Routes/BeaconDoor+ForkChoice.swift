import HTTPDoor
import Hummingbird
import JSON
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    func addForkChoiceRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        routes.get("/eth/v1/debug/fork_choice") { _, _ in
            let snapshot = try await services.forkChoiceSnapshot()
            return Response.json([
                "justified_checkpoint": snapshot.justified.json(spec), "finalized_checkpoint": snapshot.finalized.json(spec),
                "fork_choice_nodes": .array(snapshot.nodes.map(json)),
                "extra_data": ["head_root": .string(snapshot.headRoot.hex)],
            ])
        }
        for version in ["v1", "v2"] {
            routes.get("/eth/\(version)/debug/beacon/heads") { _, _ in
                let leaves = try await services.forkChoiceSnapshot().leaves
                return Response.data(
                    .array(
                        leaves.map {
                            [
                                "root": .string($0.root.hex), "slot": .string(String($0.slot)),
                                "execution_optimistic": .bool($0.isOptimistic),
                            ]
                        }))
            }
        }
    }

    private func json(_ node: ForkChoiceSnapshot.Node) -> JSONValue {
        [
            "slot": .string(String(node.slot)), "block_root": .string(node.root.hex), "parent_root": .string(node.parentRoot.hex),
            "justified_epoch": .string(String(node.justifiedEpoch)), "finalized_epoch": .string(String(node.finalizedEpoch)),
            "weight": .string(String(node.weight)), "validity": node.isOptimistic ? "optimistic" : "valid",
            "execution_block_hash": .string(node.executionBlockHash.hex),
        ]
    }
}
