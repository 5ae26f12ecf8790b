import HivemindAveraging
import MessagePack
import PeerIdentity

/// What a node that leads answers to those who ask to join, as a state machine (`Matchmaking` of Hivemind).
///
/// It takes followers from when it has said when it begins until it begins, or until it follows another that begins earlier; those
/// who follow it are then told whom to ask.
struct Leadership: Sendable {
    /// What all of a group have in common.
    struct Terms: Equatable, Sendable {
        var schema: [UInt8]
        var groupKey: String
        /// Members of a whole group, this node among them.
        var size: Int
    }

    /// Bytes that a follower may say of itself.
    static let maximumWord = 16 * 1024

    private let own: PeerID
    private let terms: Terms
    /// When it begins at the latest, seconds since the Unix epoch; `nil` while it has said nothing.
    private(set) var begins: Double?
    /// Whom it follows.
    private(set) var leader: PeerID?
    private(set) var followers: [(peer: PeerID, word: [UInt8])] = []
    private(set) var isOver = false

    init(own: PeerID, terms: Terms) { (self.own, self.terms) = (own, terms) }

    var isFull: Bool { followers.count + 1 >= terms.size }

    /// From now on others may follow, until `begins`.
    mutating func declare(_ begins: Double) { self.begins = begins }

    /// Takes a follower in, or says why not; as Hivemind does, in this order.
    mutating func answer(_ request: JoinRequest, from peer: PeerID) -> LeaderMessage {
        if let refusal = refusal(of: request, from: peer) {
            var message = LeaderMessage(refusal)
            if refusal == .notALeader { message.suggestedLeader = leader?.bytes ?? [] }
            return message
        }
        followers.append((peer, request.gather))
        return LeaderMessage(.accepted)
    }

    private func refusal(of request: JoinRequest, from peer: PeerID) -> AveragingCode? {
        guard !isOver else { return .notLookingForGroup }
        guard !request.schema.isEmpty, request.expiration.isFinite, request.gather.count <= Self.maximumWord,
            let word = MemberWord(bytes: request.gather), !word.tellsBandwidth, (word.mode == .client) == request.isClient
        else { return .protocolViolation }
        guard request.schema == terms.schema else { return .badSchemaHash }
        guard request.groupKey == terms.groupKey else { return .badGroupKey }
        guard let begins else { return .notDeclared }
        guard begins <= request.expiration else { return .badExpirationTime }
        guard leader == nil else { return .notALeader }
        guard peer != own, !followers.contains(where: { $0.peer == peer }) else { return .duplicatePeerID }
        guard !isFull else { return .groupIsFull }
        return nil
    }

    /// A follower is gone.
    mutating func leave(_ peer: PeerID) { followers.removeAll { $0.peer == peer } }

    /// Another took this node in: whoever followed it goes. `false` where it has begun meanwhile.
    mutating func follow(_ leader: PeerID) -> Bool {
        guard !isOver else { return false }
        self.leader = leader
        followers = []
        return true
    }

    /// The other did not begin.
    mutating func unfollow() { leader = nil }

    /// Its time is up and it has not begun: nobody follows any more until it says a new time.
    mutating func disband() { (followers, begins) = ([], nil) }

    /// Begins with all who follow; nobody is taken in any more.
    ///
    /// - Parameters:
    ///   - word: what this node says of itself.
    ///   - generator: draws the group's id, and who averages which part.
    mutating func begin(_ word: MemberWord, using generator: inout some RandomNumberGenerator) -> LeaderMessage {
        isOver = true
        var message = LeaderMessage(.beginAllReduce)
        message.groupID = (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let members = (followers + [(own, word.bytes)]).shuffled(using: &generator)
        message.peers = members.map(\.peer.bytes)
        message.gathered = members.map(\.word)
        return message
    }

    mutating func close() { isOver = true }
}
