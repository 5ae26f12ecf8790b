import BeaconTypes
import BeaconWire
import ChainSync
import LibP2P
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import Testing

@testable import PeerBlocks

@Suite("States from peers", .timeLimit(.minutes(1)))
struct StateRequestTests {
    /// The state after the block of slot 1, of several answers, and a chain of blocks whose first one names it.
    private func given() -> (Given, Root) {
        var state = BeaconState(default: .pol)
        state.slot = 1
        for value in 0..<300_000 as Range<Gwei> { state.balances.append(value &* 7) }
        var block = BeaconBlock(default: .pol)
        (block.slot, block.stateRoot) = (1, state.hashTreeRoot(.pol))
        let signed = SignedBeaconBlock(message: block, signature: BLSSignature())
        return (Given(blocks: [signed], states: [1: state]), block.hashTreeRoot(.pol))
    }

    private func source(_ client: Host, _ server: Host) -> PeerBlockSource {
        PeerBlockSource(server.peerID, requests: PeerRequests(client), agreement: Given(blocks: []).agreement())
    }

    @Test("A state of many chunks comes whole, and one that is not held is refused")
    func whole() async throws {
        let (given, root) = given()
        try await with { client, server in
            RequestServer.serve(server, given)
            let pair = try await CheckpointPair(root, from: source(client, server), spec: .pol)
            #expect(pair.state == given.states[1] && pair.block == given.blocks[0])
            #expect(pair.state.serialize(.pol).count > RequestLimit.maximumStateChunks * StateChunk.maximumPart)
            await #expect(throws: RequestError.refused(code: 3, message: "not held here")) {
                try await PeerRequests(client).state(after: .filled(7), of: server.peerID)
            }
        }
    }

    @Test("Another state than the block's, or another block than was asked for, is told from the right one")
    func wrong() async throws {
        let (given, root) = given()
        try await with { client, server in
            var liar = given
            liar.states[1]?.balances[3] = 0
            RequestServer.serve(server, liar)
            await #expect(throws: ChainSyncError.self) { try await CheckpointPair(root, from: source(client, server), spec: .pol) }
            let other = blocks(1)[0]
            server.handle(RequestProtocol.beaconBlocksByRoot.id) { stream in
                while try await stream.read() != nil {}
                try await stream.write(RequestFrames.chunk(other.serialize(.pol), context: digest))
            }
            await #expect(throws: ChainSyncError.self) { try await CheckpointPair(root, from: source(client, server), spec: .pol) }
        }
    }

    @Test("Chunks that are too many, too few, of two lengths, too long a state or none are refused, and silence ends")
    func lies() async throws {
        let part = [UInt8](repeating: 0, count: StateChunk.maximumPart)
        func chunk(_ bytes: [UInt8]) -> [UInt8] { RequestFrames.chunk(bytes, context: digest) }
        let first = chunk(UInt64(2 * part.count).littleEndianBytes + part)
        let answers: [[[UInt8]]] = [
            [first + first], [[]], [first, chunk(UInt64(3 * part.count).littleEndianBytes + part)], [chunk([1, 2, 3])],
            [chunk((UInt64(StateChunk.maximumState) + 1).littleEndianBytes + part)], [first, Array(first.dropLast())],
            [chunk(UInt64(4).littleEndianBytes + [1, 2, 3, 4])], [RequestFrames.chunk(UInt64(1).littleEndianBytes + [1], context: foreign)],
        ]
        for answer in answers {
            try await with { client, server in
                let turn = Turn()
                server.handle(RequestProtocol.stateByBlockRoot.id) { stream in
                    while try await stream.read() != nil {}
                    try await stream.write(answer[min(await turn.next(), answer.count - 1)])
                }
                await #expect(throws: RequestError.self, "\(answer.map(\.count))") {
                    try await PeerRequests(client).state(after: .zero, of: server.peerID)
                }
            }
        }
        try await with { client, server in
            server.handle(RequestProtocol.stateByBlockRoot.id) { stream in
                while try await stream.read() != nil {}
                try await Task.sleep(for: .seconds(600))
            }
            await #expect(throws: (any Error).self) {
                try await PeerRequests(client).state(after: .zero, of: server.peerID, patience: .milliseconds(50))
            }
        }
    }

    private actor Turn {
        private var count = -1
        func next() -> Int {
            count += 1
            return count
        }
    }

    /// Blocks of slots 1 to `count` with a state after each, and their roots.
    private func chain(_ count: UInt64) -> (Given, [Root]) {
        var given = Given(blocks: blocks(count))
        for slot in 1...count {
            var state = BeaconState(default: .pol)
            state.slot = slot
            given.states[slot] = state
        }
        return (given, given.blocks.map { $0.message.hashTreeRoot(.pol) })
    }

    private func peer(_ seed: UInt8) throws -> PeerID { try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)).peerID }

    @Test("A state is kept for all who ask, and what is not held takes no room")
    func shelf() async throws {
        let (given, root) = self.given()
        let (one, two) = (try peer(1), try peer(2))
        let shelf = StateShelf(given, .pol, rest: .seconds(600))
        await #expect(throws: StateShelf.Refused.notHeld) { try await shelf.state(after: .filled(7), for: one) }
        #expect(await shelf.size == 0)
        let bytes = try await shelf.state(after: root, for: one)
        #expect(bytes == given.states[1]?.serialize(.pol))
        #expect(try await shelf.state(after: root, for: two) == bytes)
        await #expect(throws: StateShelf.Refused.notHeld) { try await shelf.state(after: .filled(7), for: two) }
        #expect(await shelf.size == bytes.count)
    }

    @Test("Who asks for one state after the other has room for one, and others have theirs meanwhile")
    func manyStates() async throws {
        let (given, roots) = chain(9)
        let shelf = StateShelf(given, .pol, rest: .seconds(600), limit: 3)
        let size = try await shelf.state(after: roots[0], for: peer(1)).count
        for root in roots {
            let bytes = try await shelf.state(after: root, for: peer(1))
            #expect(bytes.count == size)
        }
        #expect(await shelf.size == size)
        // Two joiners with invites of different checkpoints.
        _ = try await shelf.state(after: roots[2], for: peer(2))
        _ = try await shelf.state(after: roots[3], for: peer(3))
        #expect(await shelf.size == 3 * size)
        // All are in use.
        await #expect(throws: StateShelf.Refused.busy) { try await shelf.state(after: roots[4], for: peer(4)) }
        // What others ask for too stays when the first who asked goes on.
        _ = try await shelf.state(after: roots[2], for: peer(4))
        await #expect(throws: StateShelf.Refused.busy) { try await shelf.state(after: roots[5], for: peer(2)) }
        #expect(await shelf.size == 3 * size)
    }

    @Test("Two peers that ask for one another's states keep none of them but the last")
    func oneStateAPeer() async throws {
        let (given, roots) = chain(9)
        let shelf = StateShelf(given, .pol, rest: .seconds(600), limit: 3)
        var size = 0
        for root in roots.dropLast() {
            for number in [UInt8(1), 2] { size = try await shelf.state(after: root, for: peer(number)).count }
        }
        _ = try await shelf.state(after: roots[8], for: peer(3))
        #expect(await shelf.size == 2 * size)
    }

    @Test("A state that nobody asks for any more gives way to another")
    func givesWay() async throws {
        let (given, roots) = chain(4)
        let shelf = StateShelf(given, .pol, rest: .zero, limit: 2)
        for (number, root) in roots.enumerated() { _ = try await shelf.state(after: root, for: peer(UInt8(number + 1))) }
        let size = given.states[1]?.serialize(.pol).count ?? 0
        #expect(await shelf.size == 2 * size)
    }

    /// Makes a state when it is told to.
    private struct Slow: BlockSource {
        let base: Given
        let begun: AsyncStream<Slot>.Continuation
        let release: AsyncStream<Void>
        var name: String { base.name }

        func status() -> BlockSourceStatus { base.status() }
        func blocks(in slots: Range<Slot>) throws -> [SignedBeaconBlock] { try base.blocks(in: slots) }
        func blocks(roots: [Root]) -> [SignedBeaconBlock] { base.blocks(roots: roots) }
        func state(after block: BeaconBlock) async throws -> BeaconState {
            begun.yield(block.slot)
            for await _ in release { break }
            return try base.state(after: block)
        }
    }

    @Test("While a state is made others wait their turn, each peer in one place")
    func line() async throws {
        let (given, roots) = chain(4)
        let (begun, began) = AsyncStream.makeStream(of: Slot.self)
        let (release, go) = AsyncStream.makeStream(of: Void.self)
        let shelf = StateShelf(Slow(base: given, begun: began, release: release), .pol)
        let (one, two) = (try peer(1), try peer(2))
        var slots = begun.makeAsyncIterator()
        let first = Task { try await shelf.state(after: roots[0], for: one) }
        #expect(await slots.next() == 1)
        await #expect(throws: StateShelf.Refused.busy) { try await shelf.state(after: roots[1], for: one) }
        let second = Task { try await shelf.state(after: roots[2], for: two) }
        while await shelf.waiting < 1 { await Task.yield() }
        await #expect(throws: StateShelf.Refused.busy) { try await shelf.state(after: roots[3], for: two) }
        go.yield()
        #expect(try await first.value == given.states[1]?.serialize(.pol))
        #expect(await slots.next() == 3)
        go.yield()
        #expect(try await second.value == given.states[3]?.serialize(.pol))
        #expect(await shelf.waiting == 0)
    }

    @Test("Who has not the blocks of these slots yet says so, and none is thought to be empty")
    func notYet() async throws {
        try await with { client, server in
            RequestServer.serve(server, Given(blocks: blocks(9), isIncomplete: true))
            await #expect(throws: RequestError.refused(code: 3, message: "not yet")) { try await source(client, server).blocks(in: 1..<5) }
        }
    }
}
