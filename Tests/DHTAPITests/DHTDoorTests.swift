import DHTAPI
import Hummingbird
import HummingbirdTesting
import JSON
import NIOCore
import ServiceInterfaces
import Testing

@Suite("The DHT's door")
struct DHTDoorTests {
    struct Fixture: PeerDirectory, RecordDirectory {
        func record(_ key: String) async throws -> RecordListing? {
            key == "ack:00:11" ? RecordListing(key: key, value: [1, 255], expires: 1_700_000_000.5) : nil
        }

        func listing() async -> PeerListing {
            PeerListing(
                own: .init(id: "12D3KooWOwn", addresses: ["/ip4/127.0.0.1/tcp/13337"]),
                peers: [.init(id: "12D3KooWOther", addresses: [])], records: 7)
        }
    }

    @Test("Peers, addresses and records")
    func peers() async throws {
        try await Application(router: DHTDoor(directory: Fixture()).router()).test(.router) { client in
            let response = try await client.executeRequest(uri: "/dht/peers", method: .get, headers: [:], body: nil)
            #expect(response.status == .ok)
            let listing = try JSONValue(parsing: response.body.readableBytesView)
            #expect(listing["own"]?["id"] == "12D3KooWOwn")
            #expect(listing["own"]?["addresses"] == ["/ip4/127.0.0.1/tcp/13337"])
            #expect(listing["peers"] == [["addresses": [], "id": "12D3KooWOther"]])
            #expect(listing["records"] == 7)
            let missing = try await client.executeRequest(uri: "/dht/records", method: .get, headers: [:], body: nil)
            #expect(missing.status == .notFound)
            #expect(try JSONValue(parsing: missing.body.readableBytesView)["code"] == 404)
        }
    }

    @Test("Records by key, health and metrics")
    func records() async throws {
        let door = DHTDoor(directory: Fixture(), records: Fixture())
        try await Application(router: door.router()).test(.router) { client in
            let found = try await client.executeRequest(uri: "/dht/records/ack:00:11", method: .get, headers: [:], body: nil)
            #expect(
                try JSONValue(parsing: found.body.readableBytesView) == ["key": "ack:00:11", "value": "0x01ff", "expires": "1700000000"])
            let missing = try await client.executeRequest(uri: "/dht/records/ack:00:12", method: .get, headers: [:], body: nil)
            #expect(missing.status == .notFound)
            let health = try await client.executeRequest(uri: "/healthz", method: .get, headers: [:], body: nil)
            #expect(health.status == .ok)
            let metrics = try await client.executeRequest(uri: "/metrics", method: .get, headers: [:], body: nil)
            #expect(String(buffer: metrics.body).contains("process_resident_memory_bytes"))
        }
    }
}
