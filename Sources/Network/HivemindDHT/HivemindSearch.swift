import HivemindWire
import PeerIdentity

/// An iterative search as a state machine: whom to ask next, what the answers change, when it is done. It ends when the 20
/// nearest members that answer have all been asked.
///
/// A peer has one place, however many are named for it: the nearest until it is asked, and from then on the one that it answers
/// from. So nobody takes the place of others with places that it made up for itself, nor hides others by wrong ones.
struct HivemindSearch: Sendable {
    /// Members asked at once.
    static let parallelism = 5
    /// Members that one search learns of; a liar cannot lead it on for ever.
    static let maximumKnown = 512

    private enum Status: Sendable { case known, asked, answered, failed }

    let target: DHTID
    private let own: DHTID?
    private let width: Int
    /// Nearest first.
    private var known: [(distance: DHTID, peer: HivemindPeer)] = []
    private var places: [PeerID: DHTID] = [:]
    private var status: [PeerID: Status] = [:]
    private var inFlight = 0
    private var stopped = false

    /// - Parameters:
    ///   - own: this node's place, which is never asked.
    ///   - seeds: the nearest members that are known.
    init(target: DHTID, own: DHTID?, seeds: [HivemindPeer], width: Int = HivemindTable.bucketSize) {
        (self.target, self.own, self.width) = (target, own, width)
        for seed in seeds { learn(seed) }
    }

    /// The members to ask now.
    mutating func next() -> [HivemindPeer] {
        var asking: [HivemindPeer] = []
        while !stopped, inFlight < Self.parallelism, let peer = candidate() {
            status[peer.id] = .asked
            inFlight += 1
            asking.append(peer)
        }
        return asking
    }

    /// An answer came, naming others.
    ///
    /// - Parameter place: where the peer says it is, whatever was said of it before. One that says it is at this node's own has failed.
    mutating func answered(_ peer: PeerID, from place: DHTID, nearest: [HivemindPeer]) {
        guard place != own else { return failed(peer) }
        guard status[peer] == .asked else { return }
        status[peer] = .answered
        inFlight -= 1
        if places[peer] != place { put(HivemindPeer(node: place, id: peer)) }
        for other in nearest.prefix(2 * width) { learn(other) }
    }

    /// No answer came.
    mutating func failed(_ peer: PeerID) {
        guard status[peer] == .asked else { return }
        status[peer] = .failed
        inFlight -= 1
    }

    /// Ends the search early, what was sought having been found.
    mutating func stop() { stopped = true }

    var isDone: Bool { stopped || inFlight == 0 && candidate() == nil }

    /// The nearest members that answered, nearest first.
    var nearest: [HivemindPeer] { Array(known.lazy.map(\.peer).filter { status[$0.id] == .answered }.prefix(width)) }

    private mutating func learn(_ peer: HivemindPeer) {
        guard peer.node != own else { return }
        if let place = places[peer.id] {
            guard status[peer.id] == .known, target.distance(to: peer.node) < target.distance(to: place) else { return }
        } else {
            guard places.count < Self.maximumKnown else { return }
            status[peer.id] = .known
        }
        put(peer)
    }

    /// Gives a peer its place, and takes it out of another.
    private mutating func put(_ peer: HivemindPeer) {
        if places.updateValue(peer.node, forKey: peer.id) != nil { known.removeAll { $0.peer.id == peer.id } }
        let distance = target.distance(to: peer.node)
        let place = known.firstIndex { distance < $0.distance } ?? known.count
        known.insert((distance, peer), at: place)
    }

    /// The nearest member not asked yet, among the nearest that have not failed.
    private func candidate() -> HivemindPeer? {
        var counted = 0
        for (_, peer) in known {
            switch status[peer.id] {
            case .known: return peer
            case .asked, .answered: counted += 1
            case .failed, nil: break
            }
            if counted >= width { return nil }
        }
        return nil
    }
}
