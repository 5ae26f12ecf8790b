import Foundation
import HivemindDHT
import HivemindRounds
import Kademlia
import LibP2P
public import Logging
import MessagePack
public import Multiformats
public import NIOCore
public import PeerIdentity
public import UpdateCodec

/// A trainer's part in a Hivemind run: a member of the run's DHT, over a host of its own, that averages with whoever looks for a group
/// of the same prefix.
public final class HivemindGroup: Sendable {
    public struct Setting: Sendable {
        /// The run's name, what Hivemind calls the averager's prefix.
        public var prefix: String
        /// Where the run's DHT is joined; at no place others may join here.
        public var bootstrap: [Multiaddr] = []
        /// Where others call; `nil` for a machine that cannot be called, which averages nothing for others and leads nobody.
        public var address: Multiaddr?
        /// How long a group is looked for.
        public var patience: Duration = .seconds(60)
        /// How long others are waited for before a round begins with those who are there.
        public var matchmaking: Duration = .seconds(15)
        /// Members with which a round begins at once.
        public var size: Int?

        public init(prefix: String) { self.prefix = prefix }
    }

    private let setting: Setting
    private let host: LibP2P.Host
    private let kademlia: KademliaNode
    private let node: HivemindNode
    private let logger: Logger

    /// - Parameters:
    ///   - key: the trainer's, so that what it signs is known to be its own.
    ///   - group: what its sockets run on.
    public init(_ setting: Setting, key: PeerKeyPair, group: any EventLoopGroup, logger: Logger) {
        (self.setting, self.logger) = (setting, logger)
        host = LibP2P.Host(identity: key, group: group, logger: logger)
        let kademlia = KademliaNode(host: host, now: { UInt64(max(0, Date().timeIntervalSince1970)) })
        self.kademlia = kademlia
        var member = HivemindSetting()
        (member.bootstrap, member.isClient) = (setting.bootstrap, setting.address == nil)
        if !member.isClient { kademlia.serve() }
        node = HivemindNode(host: host, setting: member, now: { Date().timeIntervalSince1970 }, logger: logger) {
            await kademlia.findPeer($0)
        }
        node.serve()
    }

    /// Where others join, once it listens.
    var addresses: [Multiaddr] { host.listenAddresses }

    /// Runs until cancelled.
    public func run() async {
        await withDiscardingTaskGroup { tasks in
            let events = host.events()
            tasks.addTask { await self.host.run() }
            tasks.addTask { await self.kademlia.run(events) }
            tasks.addTask { await self.node.run() }
            guard let address = setting.address else { return }
            do {
                try await host.listen(on: address)
                for shown in host.listenAddresses { logger.info("Others of the run join at \(shown)/p2p/\(host.peerID)") }
            } catch {
                logger.warning("Cannot be called for averaging at \(address): \(error); --hivemind-client asks others only")
            }
        }
    }
}

extension HivemindGroup: AveragingPeers {
    public func average(
        _ tensors: [[Float]], shapes: [[Int]], as own: UpdateContributor, to metadata: UpdateMetadata
    ) async throws -> GroupAverage {
        var round = AveragingRound.Setting(prefix: setting.prefix, shapes: shapes)
        round.leads = setting.address != nil
        (round.patience, round.matchmaking) = (setting.patience, setting.matchmaking)
        if let size = setting.size { round.groupSize = size }
        round.weight = Double(own.samples)
        round.gather = .binary(own.bytes)
        round.rule = { Self.rule(for: Self.members($0), to: metadata) }
        let outcome = try await AveragingRound(node, round).run(tensors)
        return GroupAverage(tensors: outcome.tensors, members: Self.members(outcome.group), missing: outcome.missing)
    }

    /// Peers of another program expect the plain mean, and would take anything else for an error.
    static func rule(for members: [GroupAverage.Member], to metadata: UpdateMetadata) -> AveragingRule {
        members.allSatisfy { $0.contributor(to: metadata) != nil } ? .centeredClip : .mean
    }

    private static func members(_ group: AveragingGroup) -> [GroupAverage.Member] {
        zip(group.peers, group.gathered).map { peer, gathered in
            GroupAverage.Member(peer: peer, said: (try? MessagePackValue(bytes: gathered))?.binary ?? [])
        }
    }
}
