import BeaconNode
import BeaconTypes
import EngineTypes
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestChains
import Testing

@Suite("Beacon REST: duties, production, aggregation")
struct ValidatorRouteTests {
    @Test("Duties of this epoch and the next, and what they depend on")
    func duties() async throws {
        try await LiveDoor.with { door async throws in
            let attesters = try await door.json("/eth/v1/validator/duties/attester/2", post: ["0", "3", "99"])
            #expect(Set(attesters["data"]?.array?.compactMap { $0["validator_index"]?.string } ?? []) == ["0", "3"])
            let duty = try #require(attesters["data"]?.array?.first)
            #expect(duty["committee_length"] == "4" && duty["committees_at_slot"] == "1" && duty["slot"] == "2")
            let headers = try await door.data("/eth/v1/beacon/headers/1")
            let proposers = try await door.json("/eth/v1/validator/duties/proposer/2")
            #expect(proposers["dependent_root"] == headers["root"])
            #expect(proposers["data"]?.array?.count == 1 && proposers["data"]?.array?.first?["slot"] == "2")
            // One epoch earlier in the newer form.
            let genesis = try await door.data("/eth/v1/beacon/blocks/0/root")["root"]
            #expect(try await door.json("/eth/v2/validator/duties/proposer/2")["dependent_root"] == genesis)
            #expect(attesters["dependent_root"] == genesis)
            let sync = try await door.data("/eth/v1/validator/duties/sync/2", post: ["0", "1", "2", "3"]).array ?? []
            let seats = sync.flatMap { $0["validator_sync_committee_indices"]?.array ?? [] }
            #expect(seats.count == 32)
            for (path, status) in [("attester/9", 400), ("attester/x", 400), ("sync/99999999", 400)] {
                #expect(try await door.send("/eth/v1/validator/duties/\(path)", post: ["0"]).status.code == status)
            }
            #expect(try await door.send("/eth/v1/validator/duties/attester/2", post: []).status.code == 400)
            #expect(try await door.send("/eth/v1/validator/duties/proposer/9").status.code == 400)
        }
    }

    @Test("A block is produced, signed outside and published; JSON and SSZ, alone or as block contents")
    func production() async throws {
        try await LiveDoor.with { door async throws in
            let spec = door.chain.spec
            for (slot, isSSZ) in [(Slot(3), false), (4, true)] {
                door.chain.enter(slot)
                let proposer = try #require(try await door.chain.node.proposerDuties(epoch: slot).first).validatorIndex
                let reveal = try await door.chain.sign(slot.hashTreeRoot(), Constant.domainRandao, slot, by: proposer)
                let path = "/eth/v3/validator/blocks/\(slot)?randao_reveal=\(reveal.hex)"
                let response = try await door.send(path, accept: isSSZ ? "application/octet-stream" : nil)
                #expect(response.status == .ok, "\(String(buffer: response.body))")
                let block: BeaconBlock
                if isSSZ {
                    block = try BeaconBlock(deserializing: Array(response.body.readableBytesView.dropFirst(12)), spec)
                } else {
                    let json = try JSONValue(parsing: response.body.readableBytesView)
                    #expect(json["version"] == "electra" && json["execution_payload_blinded"] == false && json["data"]?["blobs"] == [])
                    #expect(json["consensus_block_value"]?.string != "0")
                    block = try BeaconBlock(json: try #require(json["data"]?["block"]), spec)
                }
                #expect(block.body.attestations.count == 1 || slot == 4)
                #expect(String(decoding: block.body.graffiti.bytes.prefix(7), as: UTF8.self) == "polai/v")
                let signature = try await door.chain.sign(block.hashTreeRoot(spec), Constant.domainBeaconProposer, slot, by: proposer)
                let signed = SignedBeaconBlock(message: block, signature: signature)
                var forged = signed
                forged.signature = reveal
                #expect(try await door.send("/eth/v2/beacon/blocks", post: forged.json(spec)).status == .badRequest)
                let published: TestResponse
                if isSSZ {
                    published = try await door.send(
                        "/eth/v2/beacon/blocks?broadcast_validation=consensus", body: signed.serialize(spec),
                        type: "application/octet-stream",
                        version: "pol")
                } else {
                    published = try await door.send(
                        "/eth/v2/beacon/blocks", post: ["signed_block": signed.json(spec), "kzg_proofs": [], "blobs": []])
                }
                #expect(published.status == .ok, "\(String(buffer: published.body))")
                #expect(try await door.data("/eth/v1/beacon/headers/head")["header"]?["message"]?["slot"] == .string(String(slot)))
            }
            #expect(try await door.send("/eth/v3/validator/blocks/9").status == .badRequest)
            #expect(
                try await door.send("/eth/v3/validator/blocks/1?randao_reveal=0xc0\(String(repeating: "00", count: 95))").status
                    == .badRequest)
            #expect(try await door.send("/eth/v2/beacon/blocks?broadcast_validation=hope", post: [:]).status == .badRequest)
        }
    }

    @Test("Attestation data, the aggregate of what came in, and contributions")
    func aggregation() async throws {
        try await LiveDoor.with { door async throws in
            let data = try await door.data("/eth/v1/validator/attestation_data?slot=2&committee_index=0")
            let decoded = try AttestationData(json: data, door.chain.spec)
            let root = decoded.hashTreeRoot(door.chain.spec).hex
            let ssz = try await door.send("/eth/v1/validator/attestation_data?slot=2&committee_index=0", accept: "application/octet-stream")
            #expect(Array(ssz.body.readableBytesView) == decoded.serialize(door.chain.spec))
            let path = "/eth/v2/validator/aggregate_attestation"
            let aggregate = try await door.data("\(path)?slot=2&committee_index=0&attestation_data_root=\(root)")
            #expect(aggregate["data"] == data && aggregate["aggregation_bits"] == "0x1f")
            #expect(try await door.send("\(path)?slot=2&committee_index=0&attestation_data_root=\(Root.zero.hex)").status == .notFound)
            #expect(try await door.send("\(path)?slot=2&committee_index=0").status == .badRequest)
            #expect(try await door.send("/eth/v1/validator/attestation_data").status == .badRequest)
            let head = try #require(try await door.data("/eth/v1/beacon/blocks/head/root")["root"]?.string)
            let contribution = "/eth/v1/validator/sync_committee_contribution"
            let made = try await door.data("\(contribution)?slot=2&subcommittee_index=1&beacon_block_root=\(head)")
            #expect(made["aggregation_bits"] == "0xff" && made["subcommittee_index"] == "1")
            #expect(try await door.send("\(contribution)?slot=2&subcommittee_index=4&beacon_block_root=\(head)").status == .badRequest)
            #expect(try await door.send("\(contribution)?slot=1&subcommittee_index=1&beacon_block_root=\(head)").status == .notFound)
        }
    }

    @Test("Preparation, subscriptions and liveness")
    func preparation() async throws {
        try await LiveDoor.with { door async throws in
            let recipient = "0x" + String(repeating: "ab", count: 20)
            let everyone = (0..<4).map {
                JSONValue.object([.init("validator_index", .string("\($0)")), .init("fee_recipient", .string(recipient))])
            }
            #expect(try await door.send("/eth/v1/validator/prepare_beacon_proposer", post: .array(everyone)).status == .ok)
            #expect(try await door.chain.extend(to: 3).message.body.executionPayload.feeRecipient.hex == recipient)
            #expect(
                try await door.send("/eth/v1/validator/prepare_beacon_proposer", post: [["validator_index": "1"]]).status == .badRequest)
            let subscription: JSONValue = [
                "validator_index": "1", "committee_index": "0", "committees_at_slot": "1", "slot": "4", "is_aggregator": true,
            ]
            let subscriptions = "/eth/v1/validator/beacon_committee_subscriptions"
            #expect(try await door.send(subscriptions, post: [subscription]).status == .ok)
            #expect(try await door.send(subscriptions, post: [["slot": "4"]]).status == .badRequest)
            let sync: JSONValue = ["validator_index": "1", "sync_committee_indices": ["1"], "until_epoch": "9"]
            #expect(try await door.send("/eth/v1/validator/sync_committee_subscriptions", post: [sync]).status == .ok)
            #expect(try await door.send("/eth/v1/validator/register_validator", post: []).status == .ok)
            #expect(
                try await door.data("/eth/v1/validator/liveness/2", post: ["0", "99"]) == [
                    ["index": "0", "is_live": true], ["index": "99", "is_live": false],
                ])
            #expect(try await door.send("/eth/v1/validator/liveness/9", post: ["0"]).status == .badRequest)
            #expect(try await door.send("/eth/v1/validator/beacon_committee_selections", post: []).status == .notImplemented)
        }
    }
}
