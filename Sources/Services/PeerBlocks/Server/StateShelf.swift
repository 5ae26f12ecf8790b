import BeaconTypes
import BeaconWire
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces

/// The states that peers are given now, as bytes, for a while after the last question. A state is large, and one that is old has to be
/// made anew of the blocks after an earlier one: one is made at a time, in turn, a few are kept, and no peer has more than one of them
/// and one place in the line. Who asks for another state again and again so keeps nobody else from theirs.
actor StateShelf {
    /// A state that was asked for so lately is not let go of for another one.
    static let rest: Duration = .seconds(5)
    /// After so long without a question a state is let go of.
    static let life: Duration = .seconds(60)
    /// States that are kept at once, of no more bytes together than one may have.
    static let limit = 8
    /// Peers that wait while a state is made.
    static let lineLimit = 16

    /// Why a state is not given.
    enum Refused: Error {
        case notHeld
        /// Others are given, or wait.
        case busy
        case tooLong
    }

    private struct Held {
        let bytes: [UInt8]
        var lastUse: ContinuousClock.Instant
        /// Who asks for it, and for no other one since.
        var users: Set<PeerID>
    }

    private let source: any BlockSource
    private let spec: BeaconSpec
    private let rest: Duration
    private let limit: Int
    private var held: [Root: Held] = [:]
    /// For whom a state is made now, and who waits.
    private var turn: PeerID?
    private var line: [(peer: PeerID, begin: CheckedContinuation<Void, Never>)] = []
    private var expiry: Task<Void, Never>?

    init(_ source: any BlockSource, _ spec: BeaconSpec, rest: Duration = StateShelf.rest, limit: Int = StateShelf.limit) {
        (self.source, self.spec, self.rest, self.limit) = (source, spec, rest, limit)
    }

    /// How many bytes are kept.
    var size: Int { held.values.reduce(0) { $0 + $1.bytes.count } }
    /// How many peers wait.
    var waiting: Int { line.count }

    /// The SSZ of the state after a finalised block.
    func state(after root: Root, for peer: PeerID) async throws -> [UInt8] {
        if let bytes = touch(root, peer) { return bytes }
        // Who asks for what is not here is sent to others at once, whoever else is being served.
        guard let block = try await source.blocks(roots: [root]).first else { throw Refused.notHeld }
        try await takeTurn(peer)
        defer { passTurn() }
        // Made for another one in the meantime.
        if let bytes = touch(root, peer) { return bytes }
        leave(peer, but: root)
        held = held.filter { !$0.value.users.isEmpty }
        // States of one chain are about as long as each other.
        try makeRoom(for: held.values.map(\.bytes.count).max() ?? 0)
        let state: BeaconState
        do { state = try await source.state(after: block.message) } catch { throw Refused.notHeld }
        let bytes = state.serialize(spec)
        guard bytes.count <= StateChunk.maximumState else { throw Refused.tooLong }
        try makeRoom(for: bytes.count)
        held[root] = Held(bytes: bytes, lastUse: .now, users: [peer])
        expire()
        return bytes
    }

    private func touch(_ root: Root, _ peer: PeerID) -> [UInt8]? {
        guard let found = held[root] else { return nil }
        leave(peer, but: root)
        held[root]?.lastUse = .now
        held[root]?.users.insert(peer)
        return found.bytes
    }

    /// A peer holds one state here: the last that it asked for.
    private func leave(_ peer: PeerID, but root: Root) {
        for other in held.keys where other != root { held[other]?.users.remove(peer) }
    }

    private func takeTurn(_ peer: PeerID) async throws(Refused) {
        guard turn != nil else { return turn = peer }
        guard turn != peer, line.count < Self.lineLimit, !line.contains(where: { $0.peer == peer }) else { throw .busy }
        await withCheckedContinuation { line.append((peer, $0)) }
    }

    private func passTurn() {
        turn = line.first?.peer
        if !line.isEmpty { line.removeFirst().begin.resume() }
    }

    /// Lets go of states that nobody holds, or asks for of late, longest ago first, until there is room for one of so many bytes.
    private func makeRoom(for bytes: Int) throws(Refused) {
        let now = ContinuousClock.now
        while held.count >= limit || !held.isEmpty && size + bytes > StateChunk.maximumState {
            let free = held.filter { $0.value.users.isEmpty || now - $0.value.lastUse >= rest }
            guard let oldest = free.min(by: { $0.value.lastUse < $1.value.lastUse }) else { throw .busy }
            held[oldest.key] = nil
        }
    }

    private func expire() {
        guard expiry == nil else { return }
        expiry = Task { [weak self] in
            while (try? await Task.sleep(for: Self.life)) != nil, await self?.letGo() == true {}
        }
    }

    /// Lets go of what was not asked for of late.
    ///
    /// - Returns: whether anything is left.
    private func letGo() -> Bool {
        held = held.filter { ContinuousClock.now - $0.value.lastUse < Self.life }
        if held.isEmpty { expiry = nil }
        return !held.isEmpty
    }
}
