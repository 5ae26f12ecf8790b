import BeaconTypes
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Primitives
import SSZ
import ServiceInterfaces
import Testing

@Suite("Beacon REST: blocks and headers")
struct BlockRouteTests {
    let client = BeaconClient()

    @Test("Genesis")
    func genesis() async throws {
        let data = try await client.data("/eth/v1/beacon/genesis")
        #expect(data["genesis_time"] == "1700000000")
        #expect(data["genesis_validators_root"] == .string(Root.filled(0xaa).hex))
        #expect(data["genesis_fork_version"] == .string(BeaconSpec.pol.config.genesisForkVersion.hex))
    }

    @Test(
        "A block by each kind of id",
        arguments: [
            ("head", 5), ("genesis", 0), ("justified", 4), ("finalized", 2), ("0", 0), ("4", 4), (Root.filled(5).hex, 4),
        ] as [(String, UInt64)])
    func block(id: String, slot: UInt64) async throws {
        let answer = try await client.json("/eth/v2/beacon/blocks/\(id)")
        #expect(answer["version"] == "electra" && answer["execution_optimistic"] == false && answer["finalized"] == .bool(slot <= 2))
        #expect(answer["data"]?["message"]?["slot"] == .string(String(slot)))
        #expect(answer["data"]?["message"]?["body"]?["ack_certificate"] != nil)
        let root = try await client.json("/eth/v1/beacon/blocks/\(id)/root")
        #expect(root["data"] == ["root": .string(FixtureBeaconChain.root(slot).hex)] && root["finalized"] == .bool(slot <= 2))
    }

    @Test("JSON and SSZ are the same block")
    func ssz() async throws {
        let ssz = try await client.send("/eth/v2/beacon/blocks/head", accept: "application/octet-stream")
        #expect(ssz.headers[.contentType] == "application/octet-stream")
        #expect(ssz.headers[try #require(HTTPField.Name("Eth-Consensus-Version"))] == "pol")
        let block = try SignedBeaconBlock(deserializing: Array(ssz.body.readableBytesView), BeaconSpec.pol)
        #expect(block == FixtureBeaconChain.block(5, parent: 4))
        let json = try await client.data("/eth/v2/beacon/blocks/head")
        #expect(try SignedBeaconBlock(json: json, BeaconSpec.pol) == block)
        #expect(try await client.send("/eth/v2/beacon/blocks/head", accept: "text/html").status.code == 406)
        let preferred = try await client.send("/eth/v2/beacon/blocks/head", accept: "application/octet-stream;q=1.0,application/json;q=0.9")
        #expect(preferred.headers[.contentType] == "application/octet-stream")
    }

    /// A node that began at a checkpoint does not know what it will have.
    @Test("What a node has not fetched yet may come")
    func history() async throws {
        var chain = FixtureBeaconChain()
        chain.status = BeaconSyncStatus(
            headSlot: 5, syncDistance: 0, isSyncing: false, isOptimistic: true, isExecutionOffline: false,
            history: HistoryProgress(slot: 2, target: 1000, slotsPerSecond: 0))
        let client = BeaconClient(chain: chain)
        for (path, mayCome) in [
            ("v2/beacon/blocks/3", true), ("v1/beacon/blocks/999/root", true), ("v1/beacon/headers/\(Root.filled(0x77).hex)", true),
            ("v2/beacon/blocks/1000", false),
        ] {
            let answer = try await client.send("/eth/\(path)")
            #expect(answer.status.code == 404)
            let message = try JSONValue(parsing: answer.body.readableBytesView)["message"]?.string ?? ""
            #expect(message.contains("it may come: this node fetches the blocks before slot 1000") == mayCome, "\(path)")
        }
    }

    @Test("A header has its block's root")
    func header() async throws {
        let answer = try await client.json("/eth/v1/beacon/headers/4")
        let data = try #require(answer["data"])
        #expect(data["root"] == .string(FixtureBeaconChain.root(4).hex) && data["canonical"] == true)
        let header = try SignedBeaconBlockHeader(json: try #require(data["header"]), BeaconSpec.pol)
        #expect(header.message.hashTreeRoot(BeaconSpec.pol) == FixtureBeaconChain.block(4, parent: 2).message.hashTreeRoot(BeaconSpec.pol))
        let side = try await client.data("/eth/v1/beacon/headers/\(FixtureBeaconChain.sideRoot.hex)")
        #expect(side["canonical"] == false)
    }

    @Test(
        "Headers by slot and by parent",
        arguments: [
            ("", [5]), ("?slot=4", [4]), ("?slot=3", []), ("?parent_root=\(FixtureBeaconChain.root(2).hex)", [4]),
            ("?parent_root=\(FixtureBeaconChain.root(5).hex)", []), ("?parent_root=\(Root.filled(0x77).hex)", []),
            ("?slot=4&parent_root=\(FixtureBeaconChain.root(2).hex)", [4]), ("?slot=5&parent_root=\(FixtureBeaconChain.root(2).hex)", []),
        ] as [(String, [UInt64])])
    func headers(query: String, slots: [UInt64]) async throws {
        let data = try #require(try await client.data("/eth/v1/beacon/headers\(query)").array)
        #expect(data.map { $0["header"]?["message"]?["slot"] } == slots.map { .string(String($0)) })
    }

    @Test(
        "Unknown and malformed ids",
        arguments: [
            ("/eth/v2/beacon/blocks/3", 404, "Block not found: 3"), ("/eth/v2/beacon/blocks/99999", 404, "Block not found: 99999"),
            ("/eth/v1/beacon/headers/\(Root.filled(0x77).hex)", 404, "Block not found: \(Root.filled(0x77).hex)"),
            ("/eth/v1/beacon/blocks/3/root", 404, "Block not found: 3"),
            ("/eth/v2/beacon/blocks/current", 400, "Invalid block ID: current"), ("/eth/v2/beacon/blocks/-1", 400, "Invalid block ID: -1"),
            ("/eth/v2/beacon/blocks/+1", 400, "Invalid block ID: +1"), ("/eth/v2/beacon/blocks/0x12", 400, "Invalid block ID: 0x12"),
            ("/eth/v2/beacon/blocks/18446744073709551616", 400, "Invalid block ID: 18446744073709551616"),
            ("/eth/v2/beacon/blocks/0x\(String(repeating: "z", count: 64))", 400, "Invalid block ID: 0x"),
            ("/eth/v1/beacon/headers?slot=x", 400, "Invalid slot: x"),
            ("/eth/v1/beacon/headers?parent_root=12", 400, "Invalid parent_root: 12"),
            ("/eth/v1/beacon/nothing", 404, "no such path"), ("/", 404, "no such path"),
        ])
    func badIDs(path: String, code: Int, message: String) async throws {
        let response = try await client.send(path)
        #expect(response.status.code == code)
        let error = try JSONValue(parsing: response.body.readableBytesView)
        #expect(error["code"]?.uint64 == UInt64(code))
        #expect(error["message"]?.string?.hasPrefix(message) == true, "\(error)")
        #expect(error.object?.count == 2)
    }

    @Test("A node that fails inside says so without details")
    func broken() async throws {
        var chain = FixtureBeaconChain()
        chain.isBroken = true
        let response = try await BeaconClient(chain: chain).send("/eth/v2/beacon/blocks/head")
        #expect(response.status == .internalServerError)
        #expect(try JSONValue(parsing: response.body.readableBytesView)["code"] == 500)
        #expect(!String(buffer: response.body).contains("Broken"))
    }
}
