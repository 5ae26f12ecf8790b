import BLS
@testable import BeaconNode
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

@Suite("Beacon REST: rewards, light clients, fork choice, committees")
struct ReaderRouteTests {
    @Test("Rewards explain the balances")
    func rewards() async throws {
        try await LiveDoor.with(slots: 4) { door async throws in
            let rewards = "/eth/v1/beacon/rewards"
            let block = try await door.data("\(rewards)/blocks/3")
            func number(_ name: String) -> UInt64 { block[name]?.string.flatMap { UInt64($0) } ?? 0 }
            #expect(number("attestations") > 0 && number("sync_aggregate") > 0)
            #expect(number("total") == number("attestations") + number("sync_aggregate"))
            // What the balances of the states before and after say: committee members and the proposer gain, and between the
            // two states lies the epoch's end with its own rewards.
            let sync = try #require(try await door.data("\(rewards)/sync_committee/3", post: []).array)
            let attestations = try await door.data("\(rewards)/attestations/1", post: [])
            let total = try #require(attestations["total_rewards"]?.array)
            #expect(sync.count == 4 && total.count == 4)
            let before = try await balances(door, 2)
            let after = try await balances(door, 3)
            for index in 0..<4 {
                func gain(_ list: [JSONValue], _ names: [String]) -> Int64 {
                    let entry = list.first { $0["validator_index"] == .string("\(index)") }
                    return names.reduce(0) { $0 + (entry?[$1]?.string.flatMap { Int64($0) } ?? 0) }
                }
                var expected = before[index] + gain(sync, ["reward"]) + gain(total, ["head", "target", "source", "inactivity"])
                if block["proposer_index"] == .string("\(index)") { expected += Int64(number("total")) }
                #expect(after[index] == expected, "validator \(index)")
            }
            // Everybody voted for everything in time: the ideal.
            let ideal = try #require(attestations["ideal_rewards"]?.array?.first)
            #expect(
                ideal["effective_balance"] == "32000000000" && ideal["target"] == total[0]["target"] && ideal["head"] == total[0]["head"])
            #expect(try await door.data("\(rewards)/sync_committee/3", post: ["1"]).array?.count == 1)
            #expect(try await door.send("\(rewards)/attestations/99", post: []).status == .notFound)
            #expect(try await door.data("\(rewards)/blocks/genesis")["total"] == "0")
            #expect(try await door.send("\(rewards)/blocks/99").status == .notFound)
        }
    }

    private func balances(_ door: LiveDoor, _ slot: Slot) async throws -> [Int64] {
        let list = try await door.data("/eth/v1/beacon/states/\(slot)/validator_balances").array ?? []
        return list.compactMap { $0["balance"]?.string.flatMap { Int64($0) } }
    }

    @Test("Light client data prove what they say")
    func lightClient() async throws {
        try await LiveDoor.with(slots: 8) { door async throws in
            let spec = door.chain.spec
            let path = "/eth/v1/beacon/light_client"
            let root = try #require(try await door.data("/eth/v1/beacon/blocks/3/root")["root"]?.string)
            let bootstrap = try LightClientBootstrap(json: try await door.data("\(path)/bootstrap/\(root)"), spec)
            #expect(bootstrap.header.beacon.hashTreeRoot(spec).hex == root)
            #expect(
                Merkle.isValidBranch(
                    leaf: bootstrap.currentSyncCommittee.hashTreeRoot(spec), branch: bootstrap.currentSyncCommitteeBranch, depth: 6,
                    index: Constant.currentSyncCommitteeGindexElectra - 64, root: bootstrap.header.beacon.stateRoot))
            #expect(
                Merkle.isValidBranch(
                    leaf: bootstrap.header.execution.hashTreeRoot(spec), branch: bootstrap.header.executionBranch, depth: 4,
                    index: Constant.executionPayloadGindex - 16, root: bootstrap.header.beacon.bodyRoot))
            let finality = try LightClientFinalityUpdate(json: try await door.data("\(path)/finality_update"), spec)
            #expect(finality.attestedHeader.beacon.slot == 7 && finality.signatureSlot == 8)
            #expect(finality.finalizedHeader.beacon.slot > 0 && finality.syncAggregate.syncCommitteeBits.setCount == 32)
            // The proof is of the checkpoint's root in the attested state.
            #expect(
                Merkle.isValidBranch(
                    leaf: finality.finalizedHeader.beacon.hashTreeRoot(spec), branch: finality.finalityBranch, depth: 7,
                    index: Constant.finalizedRootGindexElectra - 128, root: finality.attestedHeader.beacon.stateRoot))
            let optimistic = try await door.data("\(path)/optimistic_update")
            #expect(optimistic["signature_slot"] == "8")
            let updates = try #require(try await door.json("\(path)/updates?start_period=0&count=3").array)
            #expect(updates.count == 1 && updates[0]["version"] == "electra")
            let update = try LightClientUpdate(json: try #require(updates[0]["data"]), spec)
            #expect(
                Merkle.isValidBranch(
                    leaf: update.nextSyncCommittee.hashTreeRoot(spec), branch: update.nextSyncCommitteeBranch, depth: 6,
                    index: Constant.nextSyncCommitteeGindexElectra - 64, root: update.attestedHeader.beacon.stateRoot))
            let ssz = try await door.send("\(path)/updates?start_period=0&count=3", accept: "application/octet-stream")
            #expect(Array(ssz.body.readableBytesView.dropFirst(12)) == update.serialize(spec))
            #expect(try await door.send("\(path)/bootstrap/\(Root.filled(1).hex)").status == .notFound)
            #expect(try await door.send("\(path)/bootstrap/head").status == .badRequest)
            #expect(try await door.json("\(path)/updates").array?.count == 1)
        }
    }

    @Test("Before anybody signed there are no light client updates")
    func noLightClientData() async throws {
        try await OperationChain.with { chain async throws in
            let door = LiveDoor(chain: chain)
            try await chain.extend(to: 1)
            for name in ["finality_update", "optimistic_update"] {
                #expect(try await door.send("/eth/v1/beacon/light_client/\(name)").status == .notFound)
            }
            #expect(try await door.json("/eth/v1/beacon/light_client/updates?start_period=0&count=1") == [])
        }
    }

    @Test("Fork choice and heads")
    func forkChoice() async throws {
        try await LiveDoor.with { door async throws in
            let dump = try await door.json("/eth/v1/debug/fork_choice")
            let nodes = try #require(dump["fork_choice_nodes"]?.array)
            #expect(nodes.map { $0["slot"] } == ["0", "1", "2"] && nodes.allSatisfy { $0["validity"] == "valid" })
            let head = try await door.data("/eth/v1/beacon/blocks/head/root")["root"]
            #expect(dump["extra_data"]?["head_root"] == head)
            let parent = try #require(try await door.data("/eth/v1/beacon/blocks/1/root")["root"]?.string)
            for query in ["slot=2", "parent_root=\(parent)"] {
                #expect(try await door.data("/eth/v1/beacon/headers?\(query)").array?.map { $0["root"] } == [head])
            }
            for version in ["v1", "v2"] {
                let heads = try await door.data("/eth/\(version)/debug/beacon/heads").array
                #expect(heads?.count == 1 && heads?.first?["root"] == head)
            }
        }
    }

    @Test("The committee of a slot, its anchor and quorum")
    func ackCommittee() async throws {
        try await LiveDoor.with { door async throws in
            let committee = try await door.data("/polai/v1/committees/2")
            #expect(committee["quorum"] == "2" && committee["ai_quorum"] == "0" && committee["members"]?.array?.count == 4)
            #expect(committee["anchor_root"] == (try await door.data("/eth/v1/beacon/blocks/2/root")["root"]))
            #expect(committee["acks"] == "0" && committee["included"] == .null && committee["ack_bits"] == "0x10")
            for (slot, status) in [("0", 400), ("9", 400), ("x", 400), ("3", 200)] {
                #expect(try await door.send("/polai/v1/committees/\(slot)").status.code == status)
            }
        }
    }

    @Test("Sync committees, queues, identities, blinded blocks, blobs that are not there")
    func others() async throws {
        try await LiveDoor.with { door async throws in
            let states = "/eth/v1/beacon/states/head"
            let committees = try await door.data("\(states)/sync_committees")
            #expect(committees["validators"]?.array?.count == 32 && committees["validator_aggregates"]?.array?.count == 4)
            #expect(try await door.send("\(states)/sync_committees?epoch=99999").status == .badRequest)
            for queue in ["pending_deposits", "pending_partial_withdrawals", "pending_consolidations"] {
                #expect(try await door.json("\(states)/\(queue)")["version"] == "electra")
                #expect(try await door.send("\(states)/\(queue)", accept: "application/octet-stream").body.readableBytes == 0)
            }
            let identities = try await door.data("\(states)/validator_identities", post: ["1"]).array
            #expect(identities?.first?["pubkey"] == .string(door.chain.keys[1].publicKey.bytes.hex) && identities?.count == 1)
            let ssz = try await door.send("\(states)/validator_identities", accept: "application/octet-stream", body: Array("[\"1\"]".utf8))
            #expect(ssz.body.readableBytes == 8 + 48 + 8)
            let blinded = try await door.data("/eth/v1/beacon/blinded_blocks/head")["message"]?["body"]
            #expect(blinded?["execution_payload"] == nil && blinded?["execution_payload_header"]?["transactions_root"] != nil)
            #expect(try await door.data("/eth/v1/beacon/blob_sidecars/head") == [])
            for version in ["v1", "v2"] {
                #expect(try await door.data("/eth/\(version)/beacon/blocks/2/attestations").array?.count == 1)
            }
            #expect(try await door.send("\(states)/proposer_lookahead").status == .badRequest)
        }
    }

    @Test("Wrong methods, unacceptable types, bodies too long")
    func http() async throws {
        try await LiveDoor.with { door async throws in
            for (path, method) in [
                ("/eth/v1/beacon/genesis", HTTPRequest.Method.post), ("/eth/v1/beacon/pool/sync_committees", .get),
                ("/eth/v1/events", .put),
                ("/eth/v2/beacon/blocks/head", .delete),
            ] {
                let response = try await door.send(path, method: method)
                #expect(response.status == .methodNotAllowed && response.headers[.allow] != nil)
                #expect(try JSONValue(parsing: response.body.readableBytesView)["code"] == 405)
            }
            for path in ["/eth/v1/beacon/genesis", "/eth/v2/beacon/blocks/head", "/eth/v1/events?topics=head"] {
                #expect(try await door.send(path, accept: "text/html").status.code == 406)
            }
            let long = [UInt8](repeating: UInt8(ascii: " "), count: (1 << 20) + 1)
            #expect(try await door.send("/eth/v1/beacon/pool/voluntary_exits", body: long).status == .contentTooLarge)
            #expect(try await door.send("/eth/v1/beacon/nothing").status == .notFound)
        }
    }

    @Test("Events of payloads to be built and of confirmed blocks")
    func buildingAndConfirmationEvents() async throws {
        try await LiveDoor.with(slots: 2) { door async throws in
            async let response = door.send("/eth/v1/events?topics=payload_attributes,fast_confirmation")
            while door.chain.node.subscriberCount == 0 { await Task.yield() }
            let parent = try await door.data("/eth/v1/beacon/blocks/2/root")["root"]
            let block = try await door.chain.extend(to: 3).message
            await door.chain.node.confirm()
            door.chain.node.stop()
            let events = String(buffer: try await response.body).split(separator: "\n\n").map { $0.split(separator: "\n").map(String.init) }
            func data(_ topic: String) throws -> JSONValue {
                try JSONValue(parsing: String(try #require(events.first { $0.first == "event: \(topic)" }?.last).dropFirst(6)))
            }
            let building = try data("payload_attributes")
            #expect(building["version"] == "electra" && building["data"]?["proposal_slot"] == "3")
            #expect(building["data"]?["parent_block_root"] == parent && building["data"]?["parent_block_number"] == "2")
            #expect(building["data"]?["proposer_index"] == .string(String(block.proposerIndex)))
            let payload = block.body.executionPayload
            #expect(building["data"]?["parent_block_hash"] == .string(payload.parentHash.hex))
            let attributes = building["data"]?["payload_attributes"]
            #expect(attributes?["timestamp"] == .string(String(payload.timestamp)) && attributes?["withdrawals"]?.array != nil)
            #expect(attributes?["prev_randao"] == .string(payload.prevRandao.hex) && attributes?["parent_beacon_block_root"] == parent)
            #expect(attributes?["update_id"] == .string(Root.zero.hex))
            let confirmed = try data("fast_confirmation")
            #expect(confirmed["current_slot"] == "3" && confirmed["slot"] != nil)
            #expect(try await door.data("/eth/v1/beacon/blocks/confirmed/root")["root"] == confirmed["block"])
        }
    }

    @Test("Events of operations and light client data")
    func events() async throws {
        try await LiveDoor.with(slots: 3) { door async throws in
            let topics = "head,head_v2,block_gossip,single_attestation,attestation,voluntary_exit,light_client_optimistic_update"
            async let response = door.send("/eth/v1/events?topics=\(topics)")
            // The stream is open once the node has its subscribers.
            while door.chain.node.operationSubscribers == 0 { await Task.yield() }
            try await door.chain.extend(to: 4)
            try await door.chain.node.submitAttestations(Array(try await door.chain.votes(4).prefix(1)))
            try await door.chain.node.submit(try await door.chain.exit(1))
            door.chain.node.stop()
            let text = String(buffer: try await response.body)
            let events = text.split(separator: "\n\n").dropFirst().map { $0.split(separator: "\n").map(String.init) }
            let names = Set(events.compactMap { $0.first?.dropFirst(7) }.map(String.init))
            #expect(names == Set(topics.split(separator: ",").map(String.init)))
            let attestation = try #require(events.first { $0.first == "event: attestation" }?.last)
            let data = try JSONValue(parsing: String(attestation.dropFirst(6)))
            #expect(data["committee_bits"] == "0x01" && data["data"]?["slot"] == "4")
        }
    }
}
