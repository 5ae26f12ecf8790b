import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension BeaconDoor {
    func addBlockRoutes(to routes: RouteTable) {
        for version in ["v1", "v2"] {
            routes.get("/eth/\(version)/beacon/blocks/:block_id", offers: nil) { request, context in
                let block = try await block(context)
                return try Response.versioned(block.block, spec, block.marks, spec: spec, for: request)
            }
            routes.get("/eth/\(version)/beacon/blocks/:block_id/attestations") { _, context in
                let block = try await block(context)
                return Response.versionedJSON(
                    .array(block.block.message.body.attestations.map { $0.json(spec) }), block.marks)
            }
        }
        routes.get("/eth/v1/beacon/blinded_blocks/:block_id") { _, context in
            let block = try await block(context)
            return Response.versionedJSON(blinded(block.block), block.marks)
        }
        routes.get("/eth/v1/beacon/blocks/:block_id/root") { _, context in
            let (id, root) = try await blockRoot(context)
            return Response.chainData(["root": .string(root.hex)], try await marks(id, root))
        }
    }

    /// Blobs are off on this chain: every block has none.
    func addBlobRoutes(to routes: RouteTable) {
        routes.get("/eth/v1/beacon/blob_sidecars/:block_id") { _, context in
            Response.versionedJSON([], try await block(context).marks)
        }
        routes.get("/eth/v1/beacon/blobs/:block_id", offers: nil) { request, context in
            let type = try request.negotiate([MediaTypes.json, MediaTypes.ssz])
            let block = try await block(context)
            return type == MediaTypes.ssz ? Response.bytes([], type: type) : Response.chainData([], block.marks)
        }
    }

    /// The block with its payload as a header: `SignedBlindedBeaconBlock`.
    private func blinded(_ block: SignedBeaconBlock) -> JSONValue {
        let header = ExecutionPayloadHeader(block.message.body.executionPayload, spec).json(spec)
        let body = (block.message.body.json(spec).object ?? []).map { member in
            member.name == "execution_payload" ? JSONValue.Member("execution_payload_header", header) : member
        }
        let message = (block.message.json(spec).object ?? []).map { member in
            member.name == "body" ? JSONValue.Member("body", .object(body)) : member
        }
        return ["message": .object(message), "signature": .string(block.signature.hex)]
    }

    /// Genesis is final although it may have no block to load.
    private func marks(_ id: BlockID, _ root: Root) async throws -> AnswerMarks {
        let found = try await chain.block(.root(root))
        return AnswerMarks(
            isOptimistic: found?.isOptimistic ?? false,
            isFinalized: id == .genesis || id == .finalized || found?.isFinalized ?? false)
    }
}
