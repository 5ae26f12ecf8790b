public import PeerIdentity

/// An iterative lookup as a state machine: which peers to ask next, what their answers change, when it is done.
///
/// The first peers are dealt out to `paths` disjoint paths; a peer is asked on one path only, and what it answers is followed
/// on that path only, so that a liar leads astray at most its own path (S/Kademlia). A path ends when its k nearest peers
/// that still answer have all been asked; the lookup ends with its last path.
public struct Lookup: Sendable {
    /// Peers asked at once, over all paths.
    public static let parallelism = 10

    private enum Status: Sendable { case known, asked, answered, failed }

    private struct Path: Sendable {
        var known: [(distance: KademliaKey, peer: PeerID)] = []
    }

    public let target: KademliaKey
    private let width: Int
    private var paths: [Path]
    private var status: [PeerID: (path: Int, status: Status)] = [:]
    private var inFlight = 0
    private var stopped = false

    /// - Parameters:
    ///   - seeds: the nearest peers that are known.
    ///   - paths: how many disjoint paths, 3 at least.
    public init(target: KademliaKey, seeds: [PeerID], paths: Int = 3, width: Int = RoutingTable.bucketSize) {
        (self.target, self.width) = (target, width)
        self.paths = Array(repeating: Path(), count: max(paths, 1))
        let sorted = seeds.map { (target.distance(to: KademliaKey($0)), $0) }.sorted { $0.0 < $1.0 }
        for (number, (_, peer)) in sorted.enumerated() { learn(peer, on: number % self.paths.count) }
    }

    /// The peers to ask now.
    public mutating func next() -> [PeerID] {
        guard !stopped else { return [] }
        var asking: [PeerID] = []
        // In turn, so that every path moves.
        var progressed = true
        while inFlight < Self.parallelism, progressed {
            progressed = false
            for number in paths.indices where inFlight < Self.parallelism {
                guard let peer = candidate(on: number) else { continue }
                status[peer]?.status = .asked
                inFlight += 1
                asking.append(peer)
                progressed = true
            }
        }
        return asking
    }

    /// An answer came, naming nearer peers.
    public mutating func answered(_ peer: PeerID, closer: [PeerID]) {
        guard let (path, before) = status[peer], before == .asked else { return }
        status[peer]?.status = .answered
        inFlight -= 1
        for other in closer.prefix(2 * width) where status[other] == nil { learn(other, on: path) }
    }

    /// No answer came.
    public mutating func failed(_ peer: PeerID) {
        guard status[peer]?.status == .asked else { return }
        status[peer]?.status = .failed
        inFlight -= 1
    }

    /// Ends the lookup early, what was sought having been found.
    public mutating func stop() { stopped = true }

    public var isDone: Bool { stopped || (inFlight == 0 && paths.indices.allSatisfy { candidate(on: $0) == nil }) }

    /// The nearest peers that answered, nearest first.
    public var closest: [PeerID] {
        paths.flatMap(\.known).filter { status[$0.peer]?.status == .answered }
            .sorted { $0.distance < $1.distance }.prefix(width).map(\.peer)
    }

    public var askedCount: Int { status.values.count { $0.status != .known } }

    private mutating func learn(_ peer: PeerID, on path: Int) {
        status[peer] = (path, .known)
        let distance = target.distance(to: KademliaKey(peer))
        let place = paths[path].known.firstIndex { distance < $0.distance } ?? paths[path].known.count
        paths[path].known.insert((distance, peer), at: place)
    }

    /// The nearest peer of a path not asked yet, among the path's k nearest that have not failed.
    private func candidate(on path: Int) -> PeerID? {
        var counted = 0
        for (_, peer) in paths[path].known {
            switch status[peer]?.status {
            case .known: return peer
            case .asked, .answered: counted += 1
            case .failed, nil: break
            }
            if counted >= width { return nil }
        }
        return nil
    }
}
