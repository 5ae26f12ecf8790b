import LibP2P
import PeerIdentity
import Synchronization

/// The questions that a node answers now: a few of each peer.
final class ServerLoad: Sendable {
    /// Questions of one peer at once.
    static let perPeer = 8

    private struct Counts {
        var questions: [PeerID: Int] = [:]
    }

    private let counts = Mutex(Counts())

    /// Takes up a question, or refuses one too many.
    func begin(_ peer: PeerID) throws {
        try counts.withLock { counts in
            guard counts.questions[peer, default: 0] < Self.perPeer else { throw HostError.streamReset }
            counts.questions[peer, default: 0] += 1
        }
    }

    func end(_ peer: PeerID) {
        counts.withLock { counts in
            let left = counts.questions[peer, default: 1] - 1
            counts.questions[peer] = left > 0 ? left : nil
        }
    }
}
