import BeaconTypes
import BeaconWire
public import ChainSync
import LibP2P
public import Logging
public import PeerIdentity
import Primitives

/// Meets peers: those of this chain become the sources of a node's synchronisation until they go; those of another are told so and
/// let go of.
public actor PeerSources {
    /// A peer that did not answer the first question is asked again after so long at first.
    static let firstPause: Duration = .seconds(1)
    static let longestPause: Duration = .seconds(60)

    private let host: Host
    private let sync: ChainSync
    private let requests: PeerRequests
    private let agreement: ChainAgreement
    private let blame: @Sendable (PeerID) -> Void
    private let partings: PeerPartings
    private let logger: Logger
    private var places = SourcePlaces()
    private var meeting: Set<PeerID> = []

    /// - Parameters:
    ///   - blame: is told of peers whose answers no honest node gives.
    ///   - partings: lets go of peers; shared by all who do so over the same host.
    public init(
        requests: PeerRequests, sync: ChainSync, agreement: ChainAgreement,
        blame: @escaping @Sendable (PeerID) -> Void = { _ in },
        partings: PeerPartings? = nil, logger: Logger
    ) {
        (self.requests, self.sync, self.agreement) = (requests, sync, agreement)
        (self.blame, self.partings, self.logger) = (blame, partings ?? PeerPartings(requests), logger)
        host = requests.host
    }

    /// Runs until it is cancelled.
    public func run() async {
        let (events, faults) = (host.events(), await sync.faults())
        await withDiscardingTaskGroup { tasks in
            tasks.addTask {
                for await reported in faults {
                    // Blocks that are refused, and heads that are not held, may come from an honest peer that was told so itself.
                    guard reported.fault == .malformed else { continue }
                    for peer in self.host.connectedPeers where peer.description == reported.source { self.blame(peer) }
                }
            }
            for await event in events {
                switch event {
                case .connected: break
                case .identified(let peer):
                    guard isWanted(peer), meeting.insert(peer).inserted else { continue }
                    tasks.addTask { await self.meet(peer) }
                case .disconnected(let peer):
                    guard places.remove(peer) else { continue }
                    await sync.remove(peer.description)
                    // Others were left out for want of room.
                    for other in host.connectedPeers where isWanted(other) && meeting.insert(other).inserted {
                        tasks.addTask { await self.meet(other) }
                    }
                }
            }
            tasks.cancelAll()
        }
    }

    /// Whether a peer speaks Ethereum's protocols and is no source yet.
    private func isWanted(_ peer: PeerID) -> Bool {
        guard places.hasRoom(for: peer, report(peer)), let spoken = host.peerEntry(peer)?.protocols else { return false }
        return spoken.contains(RequestProtocol.status.id) && spoken.contains(RequestProtocol.beaconBlocksByRange.id)
    }

    /// Learns what chain a peer follows.
    private func meet(_ peer: PeerID) async {
        defer { meeting.remove(peer) }
        var pause = Self.firstPause
        while !Task.isCancelled, host.connectedPeers.contains(peer) {
            do {
                let told = try await requests.status(try await agreement.status(), to: peer)
                if let reason = await agreement.judge(told) { return await leave(peer, reason) }
                guard host.connectedPeers.contains(peer), places.take(peer, report(peer)) else { return }
                logger.info("Blocks can be had from a peer", metadata: ["peer": "\(peer)", "peers": "\(places.count)"])
                await sync.add(PeerBlockSource(peer, requests: requests, agreement: agreement))
                // Who waits for somebody to ask does not wait for the next slot.
                return await sync.followNow()
            } catch {
                logger.debug("a peer does not tell its chain", metadata: ["peer": "\(peer)", "reason": "\(error)"])
                if case .malformed? = error as? RequestError { blame(peer) }
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    private func report(_ peer: PeerID) -> ConnectionReport? { host.connectionReports().first { $0.peer == peer } }

    private func leave(_ peer: PeerID, _ reason: GoodbyeReason) async {
        logger.info("A peer is of another chain", metadata: ["peer": "\(peer)"])
        await partings.leave(peer, reason)
    }
}
