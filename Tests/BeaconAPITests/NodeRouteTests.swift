import BeaconAPI
import BeaconTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Primitives
import ServiceInterfaces
import Testing

@Suite("Beacon REST: node, configuration and events")
struct NodeRouteTests {
    let client = BeaconClient()

    @Test("Version and syncing")
    func node() async throws {
        #expect(try await client.data("/eth/v1/node/version") == ["version": .string(ClientVersion.full)])
        #expect(
            try await client.data("/eth/v1/node/syncing") == [
                "head_slot": "5", "sync_distance": "0", "is_syncing": false, "is_optimistic": false, "el_offline": false,
            ])
    }

    @Test(
        "Health is a status code",
        arguments: [
            (false, "", 200), (true, "", 206), (true, "?syncing_status=503", 503), (false, "?syncing_status=99", 400),
            (false, "?syncing_status=x", 400),
        ])
    func health(isSyncing: Bool, query: String, code: Int) async throws {
        var chain = FixtureBeaconChain()
        chain.status = BeaconSyncStatus(headSlot: 5, syncDistance: 9, isSyncing: isSyncing, isOptimistic: false, isExecutionOffline: false)
        #expect(try await BeaconClient(chain: chain).send("/eth/v1/node/health\(query)").status.code == code)
    }

    @Test("The share of the stake that does not vote is told, and since when")
    func absentStake() async throws {
        #expect(
            try await client.data("/polai/v1/absent_stake") == [
                "absent_gwei": "96000000000", "active_gwei": "256000000000", "absent_validators": "3", "active_validators": "8",
                "indices": ["5", "6", "7"], "since_epoch": "9",
            ])
    }

    @Test("Identity and peers")
    func peers() async throws {
        let identity = try await client.data("/eth/v1/node/identity")
        #expect(identity["peer_id"] == "12D3KooWOwn" && identity["p2p_addresses"] == ["/ip4/127.0.0.1/tcp/13000/p2p/12D3KooWOwn"])
        #expect(identity["enr"] == "enr:-own" && identity["discovery_addresses"] == ["/ip4/127.0.0.1/udp/12000"])
        #expect(identity["metadata"]?["attnets"] == "0x0900000000000000" && identity["metadata"]?["syncnets"] == "0x0f")
        #expect(identity["metadata"]?["seq_number"] == "7")
        let peers = try await client.json("/eth/v1/node/peers")
        #expect(peers["meta"] == ["count": 1] && peers["data"]?.array?.first?["peer_id"] == "12D3KooWOther")
        #expect(try await client.data("/eth/v1/node/peers?state=disconnected") == [])
        #expect(try await client.data("/eth/v1/node/peers?direction=outbound") == [])
        #expect(try await client.data("/eth/v1/node/peers/12D3KooWOther")["direction"] == "inbound")
        #expect(try await client.data("/eth/v1/node/peers/12D3KooWOther")["state"] == "connected")
        #expect(try await client.send("/eth/v1/node/peers/nobody").status == .notFound)
        #expect(try await client.data("/eth/v1/node/peer_count")["connected"] == "1")
    }

    @Test("A node without a network has no peers")
    func noNetwork() async throws {
        try await Application(router: BeaconDoor(chain: FixtureBeaconChain()).router()).test(.router) { client in
            let response = try await client.executeRequest(uri: "/eth/v1/node/peer_count", method: .get, headers: [:], body: nil)
            #expect(try JSONValue(parsing: response.body.readableBytesView)["data"]?["connected"] == "0")
        }
    }

    @Test("The specification's values, all as strings")
    func specValues() async throws {
        let data = try await client.data("/eth/v1/config/spec")
        let expected: [(String, JSONValue)] = [
            ("CONFIG_NAME", "pol"), ("SLOTS_PER_EPOCH", "1"), ("MAX_EXTRA_DATA_BYTES", "64"), ("BASE_REWARD_FACTOR", "2"),
            ("SLOT_DURATION_MS", "12000"), ("SECONDS_PER_SLOT", "12"), ("DEPOSIT_CHAIN_ID", "13337"), ("DOMAIN_UPDATE_ACK", "0x0f000000"),
            ("DOMAIN_SEALED_ACK", "0x10000000"),
            ("ACK_WINDOW_SLOTS", "3"), ("DOMAIN_BEACON_ATTESTER", "0x01000000"), ("FAR_FUTURE_EPOCH", "18446744073709551615"),
        ]
        for (name, value) in expected { #expect(data[name] == value, "\(name)") }
        let members = try #require(data.object)
        #expect(members.allSatisfy { $0.value.string != nil })
        #expect(Set(members.map(\.name)).count == members.count)
    }

    @Test("Forks follow on each other")
    func forkSchedule() async throws {
        let forks = try #require(try await client.data("/eth/v1/config/fork_schedule").array)
        #expect(forks.count == 6)
        #expect(zip(forks, forks.dropFirst()).allSatisfy { $0["current_version"] == $1["previous_version"] })
        #expect(forks.allSatisfy { $0["epoch"] == "0" })
        let contract = try await client.data("/eth/v1/config/deposit_contract")
        #expect(contract["chain_id"] == "13337" && contract["address"]?.string?.count == 42)
    }

    @Test("Events of the topics asked for, in order")
    func events() async throws {
        let response = try await client.send("/eth/v1/events?topics=head,finalized_checkpoint&topics=chain_reorg")
        #expect(response.headers[.contentType] == "text/event-stream")
        let events = String(buffer: response.body).split(separator: "\n\n").dropFirst().map { $0.split(separator: "\n").map(String.init) }
        #expect(events.map(\.first) == ["event: head", "event: finalized_checkpoint", "event: chain_reorg"])
        let data = try events.map { try JSONValue(parsing: String(try #require($0.last).dropFirst(6))) }
        #expect(
            data[0] == [
                "slot": "5", "block": .string(FixtureBeaconChain.root(5).hex), "state": .string(FixtureBeaconChain.stateRoot(5).hex),
                "epoch_transition": true, "previous_duty_dependent_root": .string(FixtureBeaconChain.root(3).hex),
                "current_duty_dependent_root": .string(FixtureBeaconChain.root(4).hex), "execution_optimistic": false,
            ])
        #expect(data[1]["epoch"] == "2" && data[1]["state"] == .string(FixtureBeaconChain.stateRoot(2).hex))
        #expect(data[2]["depth"] == "2" && data[2]["old_head_block"] == .string(FixtureBeaconChain.sideRoot.hex))
        #expect(data[2]["old_head_state"] == .string(FixtureBeaconChain.stateRoot(4).hex))
    }

    @Test("Only the block event")
    func blockEvent() async throws {
        let text = String(buffer: try await client.send("/eth/v1/events?topics=block").body)
        #expect(
            text.hasSuffix(
                "event: block\ndata: {\"slot\":\"5\",\"block\":\"\(FixtureBeaconChain.root(5).hex)\",\"execution_optimistic\":false}\n\n"))
        #expect(text.matches(of: /event:\s/).count == 1)
    }

    @Test("Topics must be named and known", arguments: ["", "?topics=", "?topics=weather", "?topics=head,weather"])
    func badTopics(query: String) async throws {
        #expect(try await client.send("/eth/v1/events\(query)").status == .badRequest)
    }
}
