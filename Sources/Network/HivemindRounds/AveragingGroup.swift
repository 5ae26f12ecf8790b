public import HivemindAveraging
import HivemindWire
public import MessagePack
import Multiformats
public import PeerIdentity

/// Who averages together, as the leader says it to all.
public struct AveragingGroup: Equatable, Sendable {
    public var id: [UInt8]
    /// In the order in which they average their parts.
    public var peers: [PeerID]
    public var modes: [AveragingMode]
    /// What each said of itself, as MessagePack.
    public var gathered: [[UInt8]]

    /// Whose numbers are averaged.
    var senders: Set<PeerID> { Set(zip(peers, modes).filter { $0.1 != .auxiliary }.map(\.0)) }

    /// Reads a leader's word to begin.
    ///
    /// - Parameters:
    ///   - own: who must be in it.
    ///   - ownMode: as what.
    init(_ message: LeaderMessage, own: PeerID, mode ownMode: AveragingMode = .client) throws(RoundError) {
        let known = message.peers.compactMap { Multihash(bytes: $0).map { PeerID($0) } }
        guard known.count == message.peers.count, message.gathered.count == known.count, Set(known).count == known.count else {
            throw .group("peers without an id, or named twice")
        }
        (id, peers, modes, gathered) = (message.groupID, known, [], [])
        var tellsBandwidth = false
        for bytes in message.gathered {
            guard let word = MemberWord(bytes: bytes) else { throw .group("a member that says nothing of itself") }
            modes.append(word.mode)
            gathered.append(word.said)
            if word.tellsBandwidth { tellsBandwidth = true }
        }
        guard let place = peers.firstIndex(of: own), modes[place] == ownMode else {
            throw .group("this node is not in it as a \(ownMode)")
        }
        guard modes.contains(where: { $0 != .client }) else { throw .group("nobody averages") }
        // Shares by bandwidth need the linear program that the others solve.
        guard !tellsBandwidth || modes.count(where: { $0 != .client }) == 1 else { throw .group("shares by bandwidth") }
    }
}

/// What Hivemind's averager says of itself to its group: bandwidth, mode, and the application's own.
struct MemberWord: Equatable, Sendable {
    var mode: AveragingMode
    /// The application's own, as MessagePack.
    var said: [UInt8]
    /// It averages, and says how fast it is.
    var tellsBandwidth = false

    init(_ mode: AveragingMode, saying said: MessagePackValue) { (self.mode, self.said) = (mode, said.bytes) }

    /// `nil` for anything else.
    init?(bytes: [UInt8]) {
        guard let said = try? MessagePackValue(bytes: bytes), let parts = said.array ?? said.tuple, parts.count == 3,
            let mode = parts[1].int.flatMap(AveragingMode.init(rawValue:))
        else { return nil }
        (self.mode, self.said) = (mode, parts[2].binary ?? [])
        tellsBandwidth = mode != .client && !parts[0].isNull
    }

    /// With no bandwidth.
    var bytes: [UInt8] { MessagePackValue.array([.null, .integer(Int64(mode.rawValue)), .binary(said)]).bytes }
}
