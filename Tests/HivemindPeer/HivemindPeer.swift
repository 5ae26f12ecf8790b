import Foundation
import HivemindAveraging
import HivemindDHT
import HivemindRounds
import HivemindWire
import JSON
import Kademlia
import LibP2P
import Logging
import MessagePack
import Multiformats
import NIOCore
import NIOPosix
import PeerIdentity
import Primitives
import RSASignatures

/// A node for `scripts/check-hivemind.py`:
///
///     HivemindPeer [--client] MULTIADDR…
///
/// joins the Hivemind DHT at the members that are named, prints where it can be called and its owner's mark, and does what each
/// line of its standard input says, a JSON object with values as MessagePack in hexadecimal, until that ends:
///
///     {"do": "store", "key", "subkey" or null, "value", "seconds"}   → {"kept", "refused"}
///     {"do": "get", "key", "latest"}                                  → {"value", "seconds"} or {"entries": [[subkey, value]…]} or {}
///     {"do": "average", "prefix", "counts", "value", "compression", "reduces", "leads", "size"}
///                                                                     → {"averages": [[first, last]…], "missing", "group", "ms"}
///     {"do": "peers"}                                                 → {"peers"}
@main
struct HivemindPeer {
    static func main() async throws {
        var logger = Logger(label: "peer")
        logger.logLevel = .debug
        logger.handler = StreamLogHandler.standardError(label: "peer")
        var arguments = Array(CommandLine.arguments.dropFirst())
        var setting = HivemindSetting()
        if arguments.first == "--client" {
            setting.isClient = true
            arguments.removeFirst()
        }
        let signer = try RSASigningKey()
        setting.signer = signer
        let key = try PeerKeyPair(seed: (0..<32).map { _ in UInt8.random(in: 0...255) })
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let host = Host(identity: key, group: group, logger: logger)
        let kademlia = KademliaNode(host: host, now: { UInt64(max(0, Date().timeIntervalSince1970)) })
        if !setting.isClient { kademlia.serve() }
        let node = HivemindNode(host: host, setting: setting, now: { Date().timeIntervalSince1970 }, logger: logger) {
            await kademlia.findPeer($0)
        }
        node.serve()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let events = host.events()
            tasks.addTask { await host.run() }
            tasks.addTask { await kademlia.run(events) }
            tasks.addTask { await node.run() }
            let address = setting.isClient ? nil : try await host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            for argument in arguments { try await node.join(at: Multiaddr(argument)) }
            say([
                .init("peer", .string("\(host.peerID)")), .init("maddr", .string(address.map { "\($0)/p2p/\(host.peerID)" } ?? "")),
                .init("mark", .string(OwnedRecord.owner(signer.publicKey).bareHex)),
            ])
            while let line = readLine() {
                do { say(try await perform(try JSONValue(parsing: Array(line.utf8)), node)) } catch {
                    say([.init("error", .string("\(error)"))])
                }
            }
            tasks.cancelAll()
        }
        try await group.shutdownGracefully()
    }

    static func perform(_ order: JSONValue, _ node: HivemindNode) async throws -> [JSONValue.Member] {
        func bytes(_ name: String) throws -> [UInt8]? { try order[name]?.string.map { try [UInt8](hex: $0) } }
        let key = DHTID(key: try bytes("key").map { try MessagePackValue(bytes: $0) } ?? .null)
        switch order["do"]?.string {
        case "store":
            let subkey = try bytes("subkey").map { try Subkey(bytes: $0) }
            let expiration = Date().timeIntervalSince1970 + Double(order["seconds"]?.int ?? 60)
            let outcome = try await node.store(key, subkey: subkey, try bytes("value") ?? [], expiration: expiration)
            return [.init("kept", .init(outcome.kept)), .init("refused", .init(outcome.refused))]
        case "get":
            switch await node.get(key, latest: order["latest"]?.bool ?? true) {
            case nil: return []
            case .value(let value, let expiration):
                return [
                    .init("value", .string(OwnedRecord.strip(value).bareHex)),
                    .init("seconds", .init(expiration - Date().timeIntervalSince1970)),
                ]
            case .dictionary(let dictionary):
                let entries = dictionary.entries.map { entry in
                    JSONValue.array([.string(entry.subkey.bytes.bareHex), .string(OwnedRecord.strip(entry.value).bareHex)])
                }
                return [.init("entries", .array(entries))]
            }
        case "average": return try await average(order, node)
        default: return [.init("peers", .init(node.peers.count))]
        }
    }

    /// A round with tensors whose numbers are all the same.
    static func average(_ order: JSONValue, _ node: HivemindNode) async throws -> [JSONValue.Member] {
        let counts = (order["counts"]?.array ?? []).compactMap(\.int)
        var setting = AveragingRound.Setting(prefix: order["prefix"]?.string ?? "", shapes: counts.map { [$0] })
        setting.compression = SerialisedTensor.Compression.allCases.first { "\($0)" == order["compression"]?.string } ?? .none
        setting.reduces = order["reduces"]?.bool ?? false
        setting.leads = order["leads"]?.bool ?? false
        if let size = order["size"]?.int { setting.groupSize = size }
        let start = ContinuousClock.now
        let outcome = try await AveragingRound(node, setting).run(
            counts.map { [Float](repeating: Float(order["value"]?.int ?? 0), count: $0) })
        let averages = outcome.tensors.map { JSONValue.array([.init(Double($0.first ?? 0)), .init(Double($0.last ?? 0))]) }
        return [
            .init("averages", .array(averages)), .init("missing", .init(outcome.missing)), .init("group", .init(outcome.group.peers.count)),
            .init("ms", .init((ContinuousClock.now - start) / .milliseconds(1))),
        ]
    }

    static func say(_ members: [JSONValue.Member]) {
        print(String(decoding: JSONValue.object(members).utf8, as: UTF8.self))
        flushOutput()
    }
}
