import BeaconNode
import BeaconTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Primitives
import SSZ
import ServiceInterfaces
import TestChains
import Testing

@Suite("Beacon REST: pools")
struct PoolRouteTests {
    static let pool = "/eth/v1/beacon/pool"

    @Test("An exit comes in as JSON, shows in the pool and enters a block; a second door call changes nothing")
    func voluntaryExit() async throws {
        try await LiveDoor.with(slots: 1) { door async throws in
            let exit = try await door.chain.exit(2).json(door.chain.spec)
            #expect(try await door.data("\(Self.pool)/voluntary_exits") == [])
            for _ in 0..<2 { #expect(try await door.send("\(Self.pool)/voluntary_exits", post: exit).status == .ok) }
            #expect(try await door.data("\(Self.pool)/voluntary_exits") == [exit])
            #expect(try await door.chain.extend(to: 2).message.body.voluntaryExits.count == 1)
        }
    }

    @Test("Refusals name the rule")
    func refusals() async throws {
        try await LiveDoor.with(slots: 1, exitableAt: 100) { door async throws in
            let early = try await door.refusal("\(Self.pool)/voluntary_exits", post: try await door.chain.exit(2).json(door.chain.spec))
            #expect(early.status == 400 && early.message.contains("exit before the shard committee period"))
            let slashing = ProposerSlashing(default: door.chain.spec).json(door.chain.spec)
            let same = try await door.refusal("\(Self.pool)/proposer_slashings", post: slashing)
            #expect(same.status == 400 && same.message.contains("headers equal"))
            let votes = AttesterSlashing(default: door.chain.spec).json(door.chain.spec)
            for version in ["v1", "v2"] {
                let refusal = try await door.refusal("/eth/\(version)/beacon/pool/attester_slashings", post: votes)
                #expect(refusal.status == 400 && refusal.message.contains("not slashable"))
            }
            let evidence = AckQuorumSlashing(default: door.chain.spec).json(door.chain.spec)
            #expect(try await door.refusal("/polai/v1/pool/ack_quorum_slashings", post: evidence).message.contains("parent not canonical"))
            let contradiction = AckContradiction(default: door.chain.spec).json(door.chain.spec)
            #expect(try await door.refusal("/polai/v1/pool/ack_contradictions", post: contradiction).message.contains("slot window"))
            let certificate = AckCertificate(default: door.chain.spec).json(door.chain.spec)
            #expect(try await door.refusal("/polai/v1/pool/ack_certificates", post: certificate).status == 400)
            for name in ["ack_quorum_slashings", "ack_contradictions", "ack_certificates"] {
                #expect(try await door.data("/polai/v1/pool/\(name)") == [])
            }
        }
    }

    @Test("Of several messages the bad ones are named by their place")
    func batches() async throws {
        try await LiveDoor.with(slots: 1) { door async throws in
            let spec = door.chain.spec
            try await door.chain.extend(to: 2)
            var votes = try await door.chain.votes(2)
            votes[1].signature = votes[0].signature
            let attestations = try await door.refusal("/eth/v2/beacon/pool/attestations", post: .array(votes.map { $0.json(spec) }))
            #expect(attestations.status == 400 && attestations.failures == [1])
            #expect(try await door.json("/eth/v2/beacon/pool/attestations?slot=2")["version"] == "electra")
            #expect(try await door.data("/eth/v2/beacon/pool/attestations?slot=2").array?.count == 1)
            #expect(try await door.data("/eth/v1/beacon/pool/attestations?slot=7") == [])
            var messages = try await door.chain.syncMessages(2)
            messages[0].signature[3] ^= 1
            let sync = try await door.refusal("\(Self.pool)/sync_committees", post: .array(messages.map { $0.json(spec) }))
            #expect(sync.status == 400 && sync.failures == [0])
            let change = SignedBLSToExecutionChange(default: spec).json(spec)
            let changes = try await door.refusal("\(Self.pool)/bls_to_execution_changes", post: [change, change])
            #expect(changes.status == 400 && changes.failures == [0, 1])
        }
    }

    @Test("Votes come in as SSZ as well")
    func ssz() async throws {
        try await LiveDoor.with(slots: 1) { door async throws in
            try await door.chain.extend(to: 2)
            let votes = try await door.chain.votes(2)
            let bytes = votes.serialize(.limit(door.chain.spec.preset.maxValidatorsPerSlot, of: door.chain.spec))
            let path = "/eth/v2/beacon/pool/attestations"
            #expect(try await door.send(path, body: bytes, type: "application/octet-stream", version: "electra").status == .ok)
            #expect(try await door.data("\(path)?slot=2").array?.count == 1)
            #expect(try await door.send(path, body: bytes, type: "application/octet-stream", version: "tomorrow").status == .badRequest)
            #expect(try await door.send(path, body: Array(bytes.dropLast()), type: "application/octet-stream").status == .badRequest)
        }
    }

    @Test(
        "Bodies that are no messages",
        arguments: [
            "attester_slashings", "proposer_slashings", "voluntary_exits", "bls_to_execution_changes", "sync_committees", "attestations",
        ])
    func badBodies(name: String) async throws {
        try await LiveDoor.with(slots: 1) { door async throws in
            let path = name == "attestations" ? "/eth/v2/beacon/pool/\(name)" : "\(Self.pool)/\(name)"
            #expect(try await door.send(path, body: Array("{\"not\": 1}".utf8)).status == .badRequest)
            #expect(try await door.send(path, body: Array("{".utf8)).status == .badRequest)
            #expect(try await door.send(path, body: Array("<a/>".utf8), type: "text/xml").status == .unsupportedMediaType)
            #expect(try await door.send(path, method: .delete).status == .methodNotAllowed)
        }
    }
}
