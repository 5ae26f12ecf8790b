import DHTAPI
import Hummingbird
import HummingbirdTesting
import JSON
import ServiceInterfaces
import Testing

@Suite("The DHT's door")
struct DHTDoorTests {
    struct Fixture: PeerDirectory {
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
}
