import LibP2P
import Logging
import Multiformats
import NIOCore
import NIOPosix
import PeerIdentity
import Testing

@testable import Kademlia

@Suite("A DHT of hosts over loopback")
struct NodeTests {
    @Test("put on one, get on another; providers; what is invalid is refused")
    func network() async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let nodes = try (1...6).map { seed in
            KademliaNode(
                host: Host(
                    identity: try PeerKeyPair(seed: [UInt8](repeating: UInt8(seed), count: 32)),
                    group: MultiThreadedEventLoopGroup.singleton,
                    logger: logger), rules: RecordNamespaces(["n:": digits]), now: { 0 })
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for node in nodes {
                node.serve()
                tasks.addTask { await node.host.run() }
                try await node.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            }
            // Each joins through the first alone, and learns of the others by asking.
            for node in nodes.dropFirst() {
                try await node.add(nodes[0].host.peerID, addresses: nodes[0].host.listenAddresses)
                try await nodes[0].add(node.host.peerID, addresses: node.host.listenAddresses)
                _ = await node.closestPeers(to: node.host.peerID.bytes)
            }
            let key = Array("n:key".utf8)
            #expect(try await nodes[1].put(key, [53]) >= 3)
            #expect(await nodes[5].get(key) == [53])
            await #expect(throws: RecordRules.Refusal.invalid) { try await nodes[1].put(key, [0]) }
            #expect(await nodes[4].get(Array("n:other".utf8)) == nil)
            #expect(await nodes[2].provide([1, 2, 3]) >= 3)
            #expect(await nodes[5].providers(of: [1, 2, 3]).map(\.id) == [nodes[2].host.peerID])
            #expect(await nodes[5].findPeer(nodes[3].host.peerID) == nodes[3].host.listenAddresses)
            tasks.cancelAll()
        }
    }
}
