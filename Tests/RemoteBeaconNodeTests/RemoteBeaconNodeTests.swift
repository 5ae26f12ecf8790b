import AckQuorum
import BeaconTypes
import JSON
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import Testing

@testable import RemoteBeaconNode

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
private let key = BLSPubkey(repeatElement(7, count: 48)) ?? BLSPubkey()
private let root = Root(repeatElement(9, count: 32)) ?? .zero

private func connect(_ url: String, timeout: Double = 5) async throws -> RemoteBeaconNode {
    try await RemoteBeaconNode(url: url, timeout: timeout, now: { 1060 }, logger: quiet)
}

@Suite(.timeLimit(.minutes(1))) struct RemoteBeaconNodeTests {
    @Test func learnsTheChainsRules() async throws {
        let api = FakeBeaconAPI()
        api.answer(
            "GET /eth/v1/config/fork_schedule",
            .data([FakeBeaconAPI.fork(epoch: 9, version: "0x06000001"), FakeBeaconAPI.fork(epoch: 0, version: "0x05000001")]))
        try await api.serve { url in
            let node = try await connect(url + "/")
            #expect(node.spec.preset == .pol && node.spec.fork == .pol)
            #expect(node.clock.secondsPerSlot == 4 && node.clock.currentSlot == 15)
            #expect(node.spec.config.capellaForkVersion.hex == "0x03000009")
            #expect(node.spec.config.aggregateDueBps == 7000)
            #expect(await node.fork(at: 8).currentVersion.hex == "0x05000001")
            #expect(await node.fork(at: 9).currentVersion.hex == "0x06000001")
        }
    }

    static let unknownRules: [(spec: JSONValue, reason: String)] = [
        (FakeBeaconAPI.spec(preset: "gnosis"), "preset is 'gnosis'"),
        (FakeBeaconAPI.spec(preset: "mainnet"), "SLOTS_PER_EPOCH"),
        (["PRESET_BASE": "pol"], "SECONDS_PER_SLOT"),
        (["PRESET_BASE": 7], "PRESET_BASE"),
        (["PRESET_BASE": "pol", "SECONDS_PER_SLOT": "18446744073709551615"], "SECONDS_PER_SLOT"),
        (["PRESET_BASE": "pol", "SLOT_DURATION_MS": "0"], "0 ms"),
    ]

    @Test(arguments: unknownRules)
    func refusesRulesThatItDoesNotKnow(_ answer: (spec: JSONValue, reason: String)) async throws {
        let api = FakeBeaconAPI()
        api.answer("GET /eth/v1/config/spec", .data(answer.spec))
        try await api.serve { url in
            let error = await #expect(throws: RemoteBeaconNodeError.self) { _ = try await connect(url) }
            let text = try #require(error).description
            #expect(text.contains(answer.reason))
        }
    }

    @Test func asksHowValidatorsStand() async throws {
        let api = FakeBeaconAPI()
        let answers: [JSONValue] = [
            ["index": "4", "balance": "31000000000", "status": "active_slashed"],
            ["index": "5", "balance": "0", "status": "withdrawal_done"],
            ["index": "6", "balance": "1", "status": "asleep"], ["index": "7", "balance": "2", "status": "active_ongoing"],
        ]
        api.answer("POST /eth/v1/beacon/states/head/validators", .data(.array(answers)))
        try await api.serve { url in
            let node = try await connect(url)
            let standings = try await node.standings(of: [4, 5, 6])
            // A word that is not the API's says nothing, and what was not asked for is not taken.
            #expect(Set(standings.keys) == [4, 5])
            #expect(standings[4] == ValidatorStanding(status: .slashing, balance: 31_000_000_000))
            #expect(standings[5]?.status == .exited)
            #expect(try await node.standings(of: []).isEmpty)
        }
    }

    @Test func asksForDuties() async throws {
        let api = FakeBeaconAPI()
        let validator: JSONValue = ["index": "4", "validator": ["pubkey": .string(key.hex)]]
        api.answer("POST /eth/v1/beacon/states/head/validators", .data([validator]))
        let proposer: JSONValue = ["pubkey": .string(key.hex), "validator_index": "4", "slot": "16"]
        api.answer("GET /eth/v1/validator/duties/proposer/16", .data([proposer]))
        let attester: JSONValue = [
            "pubkey": .string(key.hex), "validator_index": "4", "committee_index": "0", "committee_length": "128",
            "committees_at_slot": "2", "validator_committee_index": "25", "slot": "16",
        ]
        api.answer("POST /eth/v1/validator/duties/attester/16", .data([attester]))
        let sync: JSONValue = ["pubkey": .string(key.hex), "validator_index": "4", "validator_sync_committee_indices": ["1", "9"]]
        api.answer("POST /eth/v1/validator/duties/sync/16", .data([sync]))
        api.answer(
            "POST /eth/v1/validator/liveness/15",
            .data([["index": "4", "is_live": true], ["index": "5", "is_live": false], ["index": "6", "is_live": true]]))
        api.answer("POST /eth/v1/validator/liveness/3", .json(["code": 400, "message": "too old"], status: 400))
        api.answer("GET /eth/v1/node/syncing", .data(["head_slot": "15", "sync_distance": "0"]))
        try await api.serve { url in
            let node = try await connect(url)
            #expect(try await node.validatorIndices(of: [key, BLSPubkey()]) == [key: 4])
            #expect(try await node.proposerDuties(epoch: 16) == [ProposerDuty(publicKey: key, validatorIndex: 4, slot: 16)])
            let duty = try #require(try await node.attesterDuties(epoch: 16, indices: [4]).first)
            #expect(duty.committeeLength == 128 && duty.validatorCommitteeIndex == 25 && duty.slot == 16)
            #expect(try await node.syncDuties(epoch: 16, indices: [4]).first?.syncCommitteeIndices == [1, 9])
            #expect(try await node.liveValidators(epoch: 15, among: [4, 5]) == [4])
            #expect(try await node.liveValidators(epoch: 3, among: [4]).isEmpty)
            #expect(try await node.newestEpoch() == 15)
        }
        #expect(api.duties.first?.body == JSONValue.object([.init("ids", [.string(key.hex), .string(BLSPubkey().hex)])]).description)
        #expect(api.duties.contains { $0.target == "/eth/v1/validator/duties/attester/16" && $0.body == #"["4"]"# })
        // The node refuses the subscriptions, which changes nothing.
        let subscription = api.duties.first { $0.target == "/eth/v1/validator/beacon_committee_subscriptions" }
        #expect(subscription?.body.contains(#""committees_at_slot":"2""#) == true)
        #expect(
            api.duties.first { $0.target == "/eth/v1/validator/sync_committee_subscriptions" }?.body.contains(#""until_epoch":"256""#)
                == true)
    }

    @Test func tellsHowFarTheHistoryIs() async throws {
        let api = FakeBeaconAPI()
        func syncing(_ history: JSONValue?) -> FakeBeaconAPI.Answer {
            let members: [JSONValue.Member] = [
                .init("head_slot", "15"), .init("sync_distance", "0"), .init("is_syncing", false), .init("is_optimistic", true),
            ]
            return .data(.object(members + (history.map { [.init("history", $0)] } ?? [])))
        }
        api.answer(
            "GET /eth/v1/node/syncing", syncing(nil),
            syncing(["slot": "1200", "target_slot": "9000", "slots_per_second": "260", "seconds_left": "30"]), syncing(["slot": 1]))
        try await api.serve { url in
            let node = try await connect(url)
            let whole = await node.syncStatus()
            #expect(whole.history == nil && whole.headSlot == 15 && !whole.isSyncing)
            #expect(await node.syncStatus().history == HistoryProgress(slot: 1200, target: 9000, slotsPerSecond: 260))
            // Another node's member of that name keeps nobody from the rest.
            let other = await node.syncStatus()
            #expect(other.history == nil && other.headSlot == 15 && !other.isSyncing)
        }
    }

    @Test func sendsWhatWasSigned() async throws {
        let api = FakeBeaconAPI()
        for route in [
            "/eth/v2/beacon/pool/attestations", "/eth/v2/validator/aggregate_and_proofs", "/eth/v1/beacon/pool/sync_committees",
            "/eth/v1/validator/contribution_and_proofs", "/eth/v1/beacon/pool/voluntary_exits", "/eth/v1/validator/prepare_beacon_proposer",
        ] { api.answer("POST " + route, FakeBeaconAPI.Answer()) }
        api.answer(
            "GET /eth/v1/validator/duties/proposer/16", .data([["pubkey": .string(key.hex), "validator_index": "4", "slot": "16"]]))
        try await api.serve { url in
            let node = try await connect(url)
            try await node.submitAttestations([SingleAttestation(default: node.spec)])
            try await node.submitAggregates([SignedAggregateAndProof(default: node.spec)])
            try await node.submitSyncCommitteeMessages([SyncCommitteeMessage()])
            try await node.submitContributions([SignedContributionAndProof(default: node.spec)])
            try await node.submitVoluntaryExit(SignedVoluntaryExit())
            try await node.prepareProposal(slot: 16, feeRecipient: .zero)
        }
        let sent = api.duties.filter { $0.method == "POST" }
        #expect(sent.map(\.version) == ["pol", "pol", nil, nil, nil, nil])
        let spec = BeaconSpec.pol
        #expect(
            try SingleAttestation(json: JSONValue(parsing: sent[0].body).array?.first ?? .null, spec) == SingleAttestation(default: spec))
        #expect(try SyncCommitteeMessage(json: JSONValue(parsing: sent[2].body).array?.first ?? .null, spec) == SyncCommitteeMessage())
        #expect(try SignedVoluntaryExit(json: JSONValue(parsing: sent[4].body), spec) == SignedVoluntaryExit())
        #expect(try JSONValue(parsing: sent[5].body).array?.first?["validator_index"] == "4")
    }

    @Test(arguments: [true, false])
    func bringsTheBlockBackAsItCame(hasContents: Bool) async throws {
        let api = FakeBeaconAPI()
        var block = BeaconBlock(default: .pol)
        block.slot = 16
        let data: JSONValue = hasContents ? ["block": block.json(.pol), "kzg_proofs": ["0x01"], "blobs": []] : block.json(.pol)
        api.answer(
            "GET /eth/v3/validator/blocks/16", .json(["version": "pol", "execution_payload_blinded": false, "data": data]))
        api.answer("POST /eth/v2/beacon/blocks", FakeBeaconAPI.Answer())
        try await api.serve { [block] url in
            let node = try await connect(url)
            let produced = try await node.produceBlock(slot: 16, randaoReveal: BLSSignature(), graffiti: root)
            #expect(produced == block)
            try await node.publishBlock(SignedBeaconBlock(message: produced, signature: BLSSignature()))
            let other = SignedBeaconBlock(message: BeaconBlock(default: node.spec), signature: BLSSignature())
            await #expect(throws: RemoteBeaconNodeError.self) { try await node.publishBlock(other) }
        }
        #expect(api.duties[0].target.contains("graffiti=\(root.hex)"))
        let published = try JSONValue(parsing: api.duties[1].body)
        #expect(api.duties[1].version == "pol")
        #expect((published["kzg_proofs"] == ["0x01"]) == hasContents)
        let signed = try SignedBeaconBlock(json: hasContents ? published["signed_block"] ?? .null : published, .pol)
        #expect(signed.message == block)
    }

    @Test func absenceIsNoError() async throws {
        let api = FakeBeaconAPI()
        try await api.serve { url in
            let node = try await connect(url)
            #expect(try await node.aggregateAttestation(slot: 1, dataRoot: root, committeeIndex: 0) == nil)
            #expect(try await node.syncCommitteeContribution(slot: 1, subcommitteeIndex: 0, blockRoot: root) == nil)
            await #expect(throws: RemoteBeaconNodeError.self) { try await node.headRoot() }
        }
    }

    @Test func readsTheAckCommittee() async throws {
        let api = FakeBeaconAPI()
        var learning = LearningState(default: .pol)
        learning.adapterRoot = root
        let committee: JSONValue = [
            "slot": "7", "anchor_root": .string(root.hex),
            "reveal_mix": .string(Root.zero.hex), "domain": .string(Root.zero.hex), "ai_quorum": "0", "quorum": "1",
            "adapter_root": .string(root.hex), "members": [["validator_index": "4", "pubkey": .string(key.hex), "acked": false]],
        ]
        api.answer("GET /polai/v1/committees/7", .data(committee))
        api.answer("GET /polai/v1/committees/8", .data(committee))
        api.answer("GET /polai/v1/learning/head", .data(learning.json(.pol)))
        api.answer("POST /polai/v1/pool/ack_certificates", FakeBeaconAPI.Answer())
        try await api.serve { url in
            let node = try await connect(url)
            let answer = try await node.ackCommittee(slot: 7)
            #expect(answer.context.members == [4] && answer.context.publicKeys == [key] && answer.context.anchorRoot == root)
            #expect(answer.learning.adapterRoot == root)
            // An answer about another slot is none.
            await #expect(throws: RemoteBeaconNodeError.self) { _ = try await node.ackCommittee(slot: 8) }
            try await node.submitAckCertificate(AckCertificate(default: node.spec))
        }
        #expect(api.duties.last?.target == "/polai/v1/pool/ack_certificates")
    }

    @Test func doesNotVoteOnWhatTheNodeHasNotVerified() async throws {
        let api = FakeBeaconAPI()
        api.answer("GET /eth/v1/beacon/blocks/head/root", .json(["execution_optimistic": true, "data": ["root": .string(root.hex)]]))
        api.answer(
            "GET /eth/v1/validator/attestation_data", .json(["execution_optimistic": true, "data": AttestationData().json(.pol)]))
        api.answer("GET /eth/v3/validator/blocks/16", .json(["execution_payload_blinded": true, "data": [:]]))
        try await api.serve { url in
            let node = try await connect(url)
            await #expect(throws: RemoteBeaconNodeError.optimistic(path: "/eth/v1/beacon/blocks/head/root")) { try await node.headRoot() }
            await #expect(throws: RemoteBeaconNodeError.self) { try await node.attestationData(slot: 1, committeeIndex: 0) }
            await #expect(throws: RemoteBeaconNodeError.self) {
                try await node.produceBlock(slot: 16, randaoReveal: BLSSignature(), graffiti: root)
            }
        }
    }

    @Test func followsTheNodesEvents() async throws {
        let api = FakeBeaconAPI()
        let text = """
            :\n
            event: head\ndata: {"slot":"12","block":"\(root.hex)","state":"\(Root.zero.hex)"}\n
            event: strange\ndata: {}\n
            event: chain_reorg\ndata: {"slot":"13","depth":"2","old_head_block":"\(root.hex)","new_head_block":"\(Root.zero.hex)"}\n\n
            """
        api.answer("GET /eth/v1/events", FakeBeaconAPI.Answer(body: Array(text.utf8), type: "text/event-stream"))
        let seen = try await api.serve { url in
            let node = try await connect(url)
            var seen: [String] = []
            // The stream ends after each batch and is opened again: the third event is the first once more.
            for await event in await node.events() {
                switch event {
                case .head(let block, let slot, _, _): seen.append("head \(slot) \(block == root)")
                case .chainReorg(let slot, let depth, _, _, _): seen.append("reorg \(slot) \(depth)")
                default: seen.append("other")
                }
                if seen.count == 3 { break }
            }
            return seen
        }
        #expect(seen == ["head 12 true", "reorg 13 2", "head 12 true"])
    }
}
