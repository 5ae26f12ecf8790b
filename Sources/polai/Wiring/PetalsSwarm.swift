import Foundation
import HivemindDHT
import Kademlia
import LibP2P
import Logging
import Multiformats
import NIOPosix
import PeerIdentity

/// A client of a swarm's DHT for as long as one command runs: it listens nowhere, and nobody asks it.
enum PetalsSwarm {
    /// Runs `body` with a client that has joined at one of `bootstrap` at least.
    static func joined<Value>(at bootstrap: [Multiaddr], _ body: (HivemindNode) async throws -> Value) async throws -> Value {
        let logger = Logger(label: "petals") { _ in SwiftLogNoOpLogHandler() }
        let key = try PeerKeyPair.passing()
        let host = LibP2P.Host(identity: key, group: MultiThreadedEventLoopGroup.singleton, logger: logger)
        // p2pd's own Kademlia says where peers can be dialled.
        let addresses = KademliaNode(host: host, now: { UInt64(max(0, Date().timeIntervalSince1970)) })
        var setting = HivemindSetting()
        setting.isClient = true
        // Who asks once is not in the haste of a member that serves others: a busy server of the swarm may take its time.
        setting.patience = .seconds(15)
        let node = HivemindNode(host: host, setting: setting, now: { Date().timeIntervalSince1970 }, logger: logger) {
            await addresses.findPeer($0)
        }
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            defer { tasks.cancelAll() }
            let events = host.events()
            tasks.addTask { await host.run() }
            tasks.addTask { await addresses.run(events) }
            tasks.addTask { await node.run() }
            try await join(node, at: bootstrap)
            return try await body(node)
        }
    }

    private static func join(_ node: HivemindNode, at bootstrap: [Multiaddr]) async throws {
        var reasons: [String] = []
        for address in bootstrap {
            do { try await node.join(at: address) } catch { reasons.append("\(address): \(error)") }
        }
        guard reasons.count < bootstrap.count else {
            throw SetupError("no member of the swarm's DHT let this machine join; \(reasons.joined(separator: "; "))")
        }
    }
}
