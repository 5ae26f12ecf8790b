import BeaconTypes
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Primitives
import SSZ
import ServiceInterfaces
import TestChains
import Testing

@testable import BeaconNode

/// A head that the execution layer has not validated: every answer says so, and nobody is helped to vote for it or build on it
/// (`sync/optimistic.md`; the beacon API's 503).
@Suite struct OptimisticRouteTests {
    /// The door of a chain whose block of slot 2 has a payload that the execution layer cannot check.
    private func optimistic(_ body: (LiveDoor) async throws -> Void) async throws {
        try await LiveDoor.with(slots: 1) { door in
            try await door.chain.extendOptimistically(to: 2)
            try await body(door)
        }
    }

    @Test func everyAnswerSaysWhatItRestsOn() async throws {
        try await optimistic { door in
            let states = "/eth/v1/beacon/states/head"
            for path in [
                "/eth/v1/beacon/headers/head", "/eth/v1/beacon/headers", "/eth/v1/beacon/headers?slot=2", "/eth/v1/beacon/blocks/head/root",
                "/eth/v2/beacon/blocks/head", "/eth/v2/beacon/blocks/head/attestations", "/eth/v1/beacon/blinded_blocks/head",
                "/eth/v1/beacon/blob_sidecars/head", "/eth/v1/beacon/blobs/head", "/eth/v1/beacon/rewards/blocks/head",
                "\(states)/root", "\(states)/fork", "\(states)/finality_checkpoints", "\(states)/randao", "\(states)/validators",
                "\(states)/validators/0", "\(states)/validator_balances", "\(states)/committees", "\(states)/sync_committees",
                "\(states)/pending_deposits", "/eth/v2/debug/beacon/states/head", "/eth/v1/validator/duties/proposer/2",
                "/eth/v2/validator/duties/proposer/2", "/polai/v1/learning/head",
            ] {
                #expect(try await door.json(path)["execution_optimistic"] == true, "\(path)")
            }
            for path in ["attester/2", "sync/2"] {
                let answer = try await door.json("/eth/v1/validator/duties/\(path)", post: ["0"])
                #expect(answer["execution_optimistic"] == true, "\(path)")
            }
            for path in ["/eth/v1/beacon/headers/1", "/eth/v1/beacon/states/1/root"] {
                #expect(try await door.json(path)["execution_optimistic"] == false, "\(path)")
            }
            let heads = try await door.data("/eth/v2/debug/beacon/heads")
            #expect(heads.array?.map { $0["execution_optimistic"] } == [true])
            let nodes = try await door.json("/eth/v1/debug/fork_choice")["fork_choice_nodes"]?.array
            #expect(nodes?.map { $0["validity"] } == ["valid", "valid", "optimistic"])
        }
    }

    @Test func nobodyVotesForItOrBuildsOnIt() async throws {
        try await optimistic { door in
            let root = try #require(try await door.chain.node.blockRoot(.head))
            door.chain.enter(3)
            let reveal = try await door.chain.sign(Slot(3).hashTreeRoot(), Constant.domainRandao, 3, by: 0).hex
            for path in [
                "/eth/v1/validator/attestation_data?slot=3&committee_index=0",
                "/eth/v3/validator/blocks/3?randao_reveal=\(reveal)",
                "/eth/v1/validator/sync_committee_contribution?slot=2&subcommittee_index=0&beacon_block_root=\(root.hex)",
                "/polai/v1/committees/2",
            ] {
                let response = try await door.send(path)
                let answer = try JSONValue(parsing: response.body.readableBytesView)
                #expect(response.status == .serviceUnavailable && answer["code"] == 503, "\(path): \(answer)")
                #expect(answer["rule"] == "optimistic-head" && answer["fault"] == "circumstance", "\(path)")
            }
        }
    }

    @Test func theNodeSaysThatItSyncs() async throws {
        try await optimistic { door in
            let status = try await door.data("/eth/v1/node/syncing")
            #expect(status["is_optimistic"] == true && status["is_syncing"] == false)
            #expect(try await door.send("/eth/v1/node/health").status.code == 206)
            // Once the execution layer has caught up, the next slot's start clears the head.
            await door.chain.engine.setBehind(false)
            door.chain.enter(2)
            try await door.chain.node.startSlot()
            #expect(try await door.data("/eth/v1/node/syncing")["is_optimistic"] == false)
            #expect(try await door.send("/eth/v1/node/health").status.code == 200)
            door.chain.node.setSyncTarget(9)
            #expect(try await door.data("/eth/v1/node/syncing")["is_syncing"] == true)
            #expect(try await door.send("/eth/v1/node/health").status.code == 206)
            #expect(try await door.send("/eth/v1/node/health?syncing_status=299").status.code == 299)
            door.chain.node.setSyncTarget(nil)
            #expect(try await door.send("/eth/v1/node/health").status.code == 200)
        }
    }

    @Test func eventsSayWhatTheyTellOf() async throws {
        try await LiveDoor.with(slots: 1) { door in
            let events = door.chain.node.events()
            try await door.chain.extendOptimistically(to: 2)
            door.chain.node.stop()
            let told = await events.reduce(into: [Bool]()) { told, event in
                switch event {
                case .block(_, _, let isOptimistic), .head(_, _, _, let isOptimistic): told.append(isOptimistic)
                default: break
                }
            }
            #expect(told == [true, true])
        }
    }

    @Test func theStreamOfAnOptimisticHeadSaysSo() async throws {
        var client = BeaconClient()
        client.chain.status = BeaconSyncStatus(
            headSlot: 5, syncDistance: 0, isSyncing: false, isOptimistic: true, isExecutionOffline: false)
        let text = String(buffer: try await client.send("/eth/v1/events?topics=block,head,head_v2,chain_reorg").body)
        let flags = text.split(separator: "\n").filter { $0.hasPrefix("data:") }.map { $0.contains("\"execution_optimistic\":true") }
        #expect(flags == [true, true, true, true])
    }
}
