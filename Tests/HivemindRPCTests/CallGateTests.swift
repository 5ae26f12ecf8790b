import Multiformats
import PeerIdentity
import Synchronization
import Testing

@testable import HivemindRPC

@Suite("How much of peers' calls is served at once")
struct CallGateTests {
    static func peer(_ number: UInt8) -> PeerID {
        PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: number, count: 32)))
    }

    /// Says when calls are inside, and lets them out.
    final class Room: Sendable {
        private let state = Mutex<(inside: [PeerID: Int], most: Int, mostOfOne: Int)>(([:], 0, 0))

        func enter(_ peer: PeerID) {
            state.withLock { state in
                state.inside[peer, default: 0] += 1
                state.most = max(state.most, state.inside.values.reduce(0, +))
                state.mostOfOne = max(state.mostOfOne, state.inside[peer, default: 0])
            }
        }

        func leave(_ peer: PeerID) { state.withLock { $0.inside[peer, default: 0] -= 1 } }
        var most: (all: Int, ofOne: Int) { state.withLock { ($0.most, $0.mostOfOne) } }
    }

    @Test("no more than the limits, and all come through", .timeLimit(.minutes(1)))
    func limits() async throws {
        var limits = CallLimits(requestSize: 1)
        (limits.atOnce, limits.atOncePerPeer) = (3, 2)
        let (gate, room) = (CallGate(limits), Room())
        let served = await withTaskGroup(of: Bool.self) { tasks in
            for number in 0..<60 {
                tasks.addTask {
                    let peer = Self.peer(UInt8(number % 4))
                    return
                        (try? await gate.pass(peer) {
                            room.enter(peer)
                            for _ in 0..<10 { await Task.yield() }
                            room.leave(peer)
                            return true
                        }) ?? false
                }
            }
            return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(served == 60 && room.most.all <= 3 && room.most.ofOne <= 2 && room.most.all > 0)
        #expect(gate.isEmpty)
    }

    @Test("who waits too much is refused, and who gives up leaves nothing behind", .timeLimit(.minutes(1)))
    func refusals() async throws {
        var limits = CallLimits(requestSize: 1)
        (limits.atOnce, limits.atOncePerPeer, limits.waitingPerPeer) = (1, 1, 1)
        let gate = CallGate(limits)
        let peer = Self.peer(1)
        let (leaving, leave) = AsyncStream.makeStream(of: Void.self)
        let (inside, entered) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: String.self) { tasks in
            tasks.addTask {
                _ = try? await gate.pass(peer) {
                    entered.yield()
                    for await _ in leaving { break }
                }
                return "first"
            }
            for await _ in inside { break }
            let second = Task { try await gate.pass(peer) {} }
            while gate.waitingCount == 0 { await Task.yield() }
            await #expect(throws: CallGate.Refusal.tooMany) { try await gate.pass(peer) {} }
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            let late = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await gate.pass(peer) {}
            }
            await #expect(throws: CancellationError.self) { try await late.value }
            leave.yield()
            await tasks.waitForAll()
        }
        #expect(gate.isEmpty)
    }

    @Test("a peer's rate holds for work and for bytes, and fills again")
    func quota() throws {
        let clock = Mutex(0.0)
        var rates = CallQuota.Rates()
        (rates.work, rates.workPerSecond, rates.bytes, rates.bytesPerSecond) = (10, 1, 100, 10)
        let quota = CallQuota(rates) { clock.withLock { $0 } }
        try quota.take(Self.peer(1), work: 9, bytes: 10)
        #expect(throws: CallQuota.Exceeded()) { try quota.take(Self.peer(1), work: 2, bytes: 0) }
        try quota.take(Self.peer(1), work: 1, bytes: 90)
        #expect(throws: CallQuota.Exceeded()) { try quota.take(Self.peer(1), work: 0, bytes: 1) }
        try quota.take(Self.peer(2), work: 10, bytes: 100)
        clock.withLock { $0 = 2 }
        try quota.take(Self.peer(1), work: 2, bytes: 20)
        #expect(throws: CallQuota.Exceeded()) { try quota.take(Self.peer(1), work: 1, bytes: 0) }
        #expect(throws: CallQuota.Exceeded()) { try quota.take(Self.peer(3), work: 11, bytes: 0) }
    }
}
