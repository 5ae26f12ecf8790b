import Kademlia
import LibP2P
import Logging
import Multiformats
import PeerIdentity
import Synchronization

/// Sees to it that a node has peers: dials the places where it joins, dials peers that it knows while it has few, and says so
/// when it has none. It never gives up; waits grow to a cap.
final class PeerKeeper: Sendable {
    /// Peers below which known ones are dialled.
    static let wanted = 16
    static let fillInterval: Duration = .seconds(2)
    /// A place where one joins is tried again after so long at the latest.
    static let longestWait: Duration = .seconds(60)
    /// When a node that has no peers says so first, and at the longest again.
    static let firstComplaint: Duration = .seconds(8)
    static let longestSilence: Duration = .seconds(600)

    private let host: Host
    private let node: KademliaNode
    private let bootstrap: [Multiaddr]
    private let isSolo: Bool
    private let logger: Logger
    /// When known peers are dialled.
    private let plan = Mutex(DialPlan())
    /// Why places could not be joined at, by address.
    private let failures = Mutex<[(address: String, reason: String)]>([])

    init(_ node: KademliaNode, bootstrap: [Multiaddr], isSolo: Bool, logger: Logger) {
        (self.node, host) = (node, node.host)
        (self.bootstrap, self.isSolo, self.logger) = (bootstrap, isSolo, logger)
    }

    var joinFailures: [(address: String, reason: String)] { failures.withLock { $0 } }

    func run() async {
        await withDiscardingTaskGroup { tasks in
            for address in bootstrap { tasks.addTask { await self.hold(address) } }
            tasks.addTask { await self.fill() }
            tasks.addTask { await self.measure() }
            if !isSolo { tasks.addTask { await self.complain() } }
        }
    }

    /// Stays connected with whoever answers at an address, unless that is this node itself.
    private func hold(_ address: Multiaddr) async {
        var backoff = DialBackoff()
        while !Task.isCancelled {
            do {
                let (peer, connection) = try await host.connect(to: address)
                note(address, nil)
                logger.info("joined", metadata: ["at": "\(address)", "peer": "\(peer)"])
                let start = ContinuousClock.now
                await connection.waitUntilClosed()
                // Who takes us and closes at once, at its limits for one, is not dialled every second.
                if ContinuousClock.now - start > Self.longestWait { backoff.succeeded() }
                try? await Task.sleep(for: min(backoff.failed(jitter: .random(in: 0...1)), Self.longestWait))
            } catch HostError.itself {
                return note(address, HostError.itself.description)
            } catch {
                note(address, "\(error)")
                try? await Task.sleep(for: min(backoff.failed(jitter: .random(in: 0...1)), Self.longestWait))
            }
        }
    }

    /// Leaves a peer alone for a while.
    func avoid(_ peer: PeerID, for time: Duration) { plan.withLock { $0.avoid(peer, until: .now + time) } }

    private func note(_ address: Multiaddr, _ reason: String?) {
        failures.withLock { failures in
            failures.removeAll { $0.address == "\(address)" }
            if let reason { failures.append(("\(address)", reason)) }
        }
    }

    /// Dials known peers while there are few.
    private func fill() async {
        while (try? await Task.sleep(for: Self.fillInterval)) != nil {
            let connected = Set(host.connectedPeers)
            let now = ContinuousClock.now
            plan.withLock { $0.see(connected, now: now) }
            guard connected.count < Self.wanted else { continue }
            let known = (node.peers + host.knownPeers.shuffled()).filter { !connected.contains($0) && $0 != host.peerID }
            let due = plan.withLock { plan in known.filter { plan.isDue($0, now: now) } }
            let trying = due.filter { host.peerEntry($0)?.addresses.isEmpty == false }.prefix(4)
            let failed = await withTaskGroup(of: PeerID?.self) { tasks in
                for peer in Set(trying) {
                    tasks.addTask { [host] in (try? await host.connect(to: peer)) == nil ? peer : nil }
                }
                return await tasks.reduce(into: [PeerID]()) { if let peer = $1 { $0.append(peer) } }
            }
            let isLonely = host.connectedPeers.isEmpty
            plan.withLock { plan in
                for peer in failed { plan.fail(peer, isLonely: isLonely, jitter: .random(in: 0...1), now: now) }
            }
        }
    }

    /// Measures round trips to the peers that are connected.
    private func measure() async {
        var wait: Duration = .seconds(2)
        while (try? await Task.sleep(for: wait)) != nil {
            for peer in host.connectedPeers where !Task.isCancelled { _ = try? await host.ping(peer) }
            wait = .seconds(30)
        }
    }

    /// Says that there are no peers, and why; then that there are some.
    private func complain() async {
        var wait = Self.firstComplaint
        var complained = false
        while (try? await Task.sleep(for: complained ? min(wait, Self.longestSilence) : Self.firstComplaint)) != nil {
            if host.connectedPeers.isEmpty {
                wait = complained ? wait * 2 : Self.firstComplaint * 2
                complained = true
                logger.warning("No peers: \(reason)", metadata: ["next word in": "\(min(wait, Self.longestSilence))"])
            } else if complained {
                complained = false
                logger.notice("Peers again", metadata: ["count": "\(host.connectedPeers.count)"])
            }
        }
    }

    private var reason: String {
        if bootstrap.isEmpty { return "no place to join is named; set GENESIS_HOST or --bootstrap, or say --solo" }
        let told = joinFailures.map { "\($0.address): \($0.reason)" }
        return told.isEmpty ? "nobody has stayed" : told.joined(separator: "; ")
    }
}
