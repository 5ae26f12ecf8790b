public import HivemindWire

/// An iterative search as a state machine: whom to ask next, what the answers change, when it is done. It ends when the 20
/// nearest members that answer have all been asked.
public struct HivemindSearch: Sendable {
    /// Members asked at once.
    public static let parallelism = 5
    /// Members that one search learns of; a liar cannot lead it on for ever.
    static let maximumKnown = 512

    private enum Status: Sendable { case known, asked, answered, failed }

    public let target: DHTID
    private let width: Int
    private var known: [(distance: DHTID, peer: HivemindPeer)] = []
    private var status: [DHTID: Status] = [:]
    private var inFlight = 0
    private var stopped = false

    /// - Parameters:
    ///   - own: this node's place, which is never asked.
    ///   - seeds: the nearest members that are known.
    public init(target: DHTID, own: DHTID?, seeds: [HivemindPeer], width: Int = HivemindTable.bucketSize) {
        (self.target, self.width) = (target, width)
        if let own { status[own] = .failed }
        for seed in seeds { learn(seed) }
    }

    /// The members to ask now.
    public mutating func next() -> [HivemindPeer] {
        var asking: [HivemindPeer] = []
        while !stopped, inFlight < Self.parallelism, let peer = candidate() {
            status[peer.node] = .asked
            inFlight += 1
            asking.append(peer)
        }
        return asking
    }

    /// An answer came, naming others.
    public mutating func answered(_ node: DHTID, nearest: [HivemindPeer]) {
        guard status[node] == .asked else { return }
        status[node] = .answered
        inFlight -= 1
        for other in nearest.prefix(2 * width) { learn(other) }
    }

    /// No answer came.
    public mutating func failed(_ node: DHTID) {
        guard status[node] == .asked else { return }
        status[node] = .failed
        inFlight -= 1
    }

    /// Ends the search early, what was sought having been found.
    public mutating func stop() { stopped = true }

    public var isDone: Bool { stopped || inFlight == 0 && candidate() == nil }

    /// The nearest members that answered, nearest first.
    public var nearest: [HivemindPeer] { Array(known.lazy.map(\.peer).filter { status[$0.node] == .answered }.prefix(width)) }

    private mutating func learn(_ peer: HivemindPeer) {
        guard status[peer.node] == nil, status.count < Self.maximumKnown else { return }
        status[peer.node] = .known
        let distance = target.distance(to: peer.node)
        let place = known.firstIndex { distance < $0.distance } ?? known.count
        known.insert((distance, peer), at: place)
    }

    /// The nearest member not asked yet, among the nearest that have not failed.
    private func candidate() -> HivemindPeer? {
        var counted = 0
        for (_, peer) in known {
            switch status[peer.node] {
            case .known: return peer
            case .asked, .answered: counted += 1
            case .failed, nil: break
            }
            if counted >= width { return nil }
        }
        return nil
    }
}
