import BeaconTypes
import HTTPDoor
import HTTPTypes
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    /// Signed blocks come in. Every broadcast validation is the strictest: a block is imported or refused.
    func addPublishRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        for version in ["v1", "v2"] {
            routes.post("/eth/\(version)/beacon/blocks", offers: nil) { request, _ in
                let levels = ["gossip", "consensus", "consensus_and_equivocation"]
                if let level = request.uri.queryParameters["broadcast_validation"], !levels.contains(String(level)) {
                    throw DoorError.badRequest("Invalid broadcast_validation: \(level)", hint: levels.joined(separator: ", "))
                }
                let block = try await signedBlock(request)
                do {
                    try await services.publishBlock(block)
                } catch let error as CancellationError {
                    throw error
                } catch let refusal as any Refusal {
                    let status = Self.status(of: refusal)
                    throw DoorError(status, refusing: refusal, status == .badRequest ? "Invalid block: \(refusal)" : nil)
                } catch {
                    throw DoorError.badRequest("Invalid block: \(error)")
                }
                return Response(status: .ok)
            }
        }
    }

    /// A `SignedBeaconBlock`, alone or in the `SignedBlockContents` that Deneb put around it.
    private func signedBlock(_ request: Request) async throws -> SignedBeaconBlock {
        try ConsensusVersion.check(request)
        do {
            if request.mediaType == MediaTypes.ssz {
                let bytes = try await request.bytes(upTo: BodyLimit.block)
                return try SignedBeaconBlock(deserializing: try BlockContents.block(in: bytes) ?? bytes, spec)
            }
            let json = try await request.json(upTo: BodyLimit.block)
            return try SignedBeaconBlock(json: json["signed_block"] ?? json, spec)
        } catch let error as SSZError {
            throw DoorError.badRequest("Invalid block: \(error)")
        }
    }
}

/// The SSZ of `BlockContents` and `SignedBlockContents`: a block between three offsets and two lists that are empty here.
enum BlockContents {
    private static let fixedLength: UInt32 = 12

    static func bytes(_ block: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for offset in [fixedLength, fixedLength + UInt32(block.count), fixedLength + UInt32(block.count)] {
            output.append(littleEndian: offset)
        }
        return output + block
    }

    /// The block inside; `nil` when the bytes do not begin as block contents do.
    static func block(in bytes: [UInt8]) throws(DoorError) -> [UInt8]? {
        func offset(_ place: Int) -> UInt32? { bytes.littleEndian(at: place) }
        guard bytes.count >= Int(fixedLength), offset(0) == fixedLength else { return nil }
        guard offset(4) == UInt32(bytes.count), offset(8) == UInt32(bytes.count) else {
            throw .badRequest("Invalid block contents: blobs are off on this chain, so proofs and blobs must be empty")
        }
        return Array(bytes[Int(fixedLength)...])
    }
}
