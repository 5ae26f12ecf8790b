import LibP2P
import LibP2PProtocols
import Multiformats
import NIOPosix
import PeerIdentity
import Testing

@testable import PeerBlocks

@Suite("Beacon nodes found through DHTs", .timeLimit(.minutes(1)))
struct BeaconIntroductionTests {
    @Test("A node's DHT tells where its beacon node listens, by a record that the beacon node signed, and others meet it")
    func introduced() async throws {
        let beacon = Host(
            identity: try Secp256k1PeerKey(seed: [UInt8](repeating: 9, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
            logger: quiet)
        let other = try host(8)
        try await with { client, server in
            BeaconIntroduction.serve(server, of: beacon)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for host in [beacon, other] { tasks.addTask { await host.run() } }
                defer { tasks.cancelAll() }
                // It does not listen yet.
                #expect(try await BeaconIntroduction.fetch(from: server.peerID, over: client).addresses.isEmpty)
                let place = try await beacon.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
                let record = try await BeaconIntroduction.fetch(from: server.peerID, over: client)
                #expect(record.peer == beacon.peerID && record.addresses == [place])
                tasks.addTask { await BeaconIntroduction.run(client, for: other, logger: quiet) }
                _ = try await client.identify(server.peerID)
                while !other.connectedPeers.contains(beacon.peerID) { try await Task.sleep(for: .milliseconds(5)) }
            }
        }
    }

    @Test("A record that another signed is not believed")
    func forged() async throws {
        try await with { client, server in
            let record = PeerRecord(peer: client.peerID, sequence: 1, addresses: [])
            let envelope = try record.sealed(by: try PeerKeyPair(seed: [UInt8](repeating: 7, count: 32)))
            server.handle(BeaconIntroduction.name) { stream in try await stream.write(VarintFrames.frame(envelope)) }
            await #expect(throws: PeerIdentityError.badSignature) { try await BeaconIntroduction.fetch(from: server.peerID, over: client) }
        }
    }
}
