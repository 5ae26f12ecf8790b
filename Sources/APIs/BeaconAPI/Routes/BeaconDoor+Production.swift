import BeaconTypes
import EngineTypes
import HTTPDoor
import HTTPTypes
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    func addProductionRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        routes.get("/eth/v3/validator/blocks/:slot", offers: nil) { request, context in
            let type = try request.negotiate([MediaTypes.json, MediaTypes.ssz])
            let slot = try context.number("slot")
            let reveal = try request.requiredHex("randao_reveal", as: BLSSignature.self)
            if reveal == Constant.g2PointAtInfinity, request.uri.queryParameters["skip_randao_verification"] == nil {
                throw DoorError.badRequest("Invalid randao_reveal: infinity", hint: "it needs skip_randao_verification")
            }
            let isNamed = request.uri.queryParameters["graffiti"] != nil
            let graffiti = isNamed ? try request.requiredHex("graffiti", as: Bytes32.self) : Self.graffiti
            let block: BeaconBlock
            do {
                block = try await services.produceBlock(slot: slot, randaoReveal: reveal, graffiti: graffiti)
            } catch let error as CancellationError {
                throw error
            } catch let refusal as any Refusal {
                throw DoorError(Self.status(of: refusal), refusing: refusal, "Invalid request to produce a block: \(refusal)")
            } catch {
                throw DoorError.badRequest("Invalid request to produce a block: \(error)")
            }
            let payloadValue = await services.payloadValue(block.body.executionPayload.blockHash) ?? .zero
            let gwei = (try? await services.rewards(of: block).total) ?? 0
            let blockValue = UInt256(gwei) &* UInt256(PolChain.weiPerGwei)
            var response: Response
            if type == MediaTypes.ssz {
                response = .bytes(BlockContents.bytes(block.serialize(spec)), type: type)
            } else {
                response = .json([
                    "version": .string(ConsensusVersion.json), "execution_payload_blinded": false,
                    "execution_payload_value": .string(payloadValue.description), "consensus_block_value": .string(blockValue.description),
                    "data": ["block": block.json(spec), "kzg_proofs": [], "blobs": []],
                ])
            }
            response.headers[.consensusVersion] = type == MediaTypes.ssz ? spec.fork.rawValue : ConsensusVersion.json
            response.headers[.payloadBlinded] = "false"
            response.headers[.payloadValue] = payloadValue.description
            response.headers[.blockValue] = blockValue.description
            return response
        }
        routes.get("/eth/v1/validator/attestation_data", offers: nil) { request, _ in
            let (slot, index) = (try request.requiredNumber("slot"), try request.queryNumber("committee_index") ?? 0)
            let current = chain.clock.currentSlot ?? 0
            guard slot <= current + 1, slot + spec.preset.slotsPerEpoch >= current else {
                throw DoorError.badRequest("Invalid slot: \(slot); it is slot \(current)")
            }
            let data = try await services.attestationData(slot: slot, committeeIndex: index)
            if try request.negotiate([MediaTypes.json, MediaTypes.ssz]) == MediaTypes.ssz {
                return .bytes(data.serialize(spec), type: MediaTypes.ssz)
            }
            return Response.data(data.json(spec))
        }
    }

    /// The program's name, for proposers who ask for nothing else.
    private static let graffiti: Bytes32 = {
        let text = Array("\(ClientVersion.name)/v\(ClientVersion.number)".utf8.prefix(32))
        return Bytes32(text + [UInt8](repeating: 0, count: 32 - text.count)) ?? .zero
    }()
}

extension HTTPField.Name {
    static let payloadBlinded = HTTPField.Name("Eth-Execution-Payload-Blinded") ?? .contentType
    static let payloadValue = HTTPField.Name("Eth-Execution-Payload-Value") ?? .contentType
    static let blockValue = HTTPField.Name("Eth-Consensus-Block-Value") ?? .contentType
}
