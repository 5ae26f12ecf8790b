import NodeRecords
import Primitives
import Secp256k1
import TestSupport
import Testing

@testable import Discovery

@Suite("What a discovery node keeps of others")
struct LimitTests {
    private static func address(_ number: UInt64) throws -> NodeAddress {
        NodeAddress(id: Keccak256.hash(number.bigEndianBytes), endpoint: try VirtualNetwork.endpoint(Int(number)))
    }

    @Test("a full cache of sessions gives up the one that was unused for longest")
    func sessions() throws {
        var cache = SessionCache(capacity: 8)
        let key = [UInt8](repeating: 1, count: 16)
        for number in UInt64(0)..<8 { cache.begin(try Self.address(number), sendKey: key, receiveKey: key) }
        _ = cache.nextMessage(to: try Self.address(0))
        // One that is there already takes nobody's place.
        cache.begin(try Self.address(7), sendKey: key, receiveKey: key)
        #expect(cache.count == 8)
        cache.begin(try Self.address(8), sendKey: key, receiveKey: key)
        #expect(cache.count == 8)
        let gone = try (UInt64(0)...8).filter { cache[try Self.address($0)] == nil }
        #expect(gone == [1])
    }

    @Test("a budget's buckets are bounded, and full ones make room")
    func budget() {
        var budget = Budget<Int>(perSecond: 1, burst: 2, capacity: 2)
        let tries: [(key: Int, now: UInt64, isSpent: Bool)] = [
            (1, 0, true), (1, 0, true), (1, 0, false), (2, 0, true), (3, 0, false),
            // The second has all its tokens again, the first has not.
            (3, 1_000, true), (1, 1_000, true), (1, 1_000, false), (2, 1_000, false),
        ]
        for (key, now, isSpent) in tries { #expect(budget.spend(key, now: now) == isSpent, "\(key) at \(now)") }
    }

    private func machine() throws -> Version4Machine {
        let key = try VirtualNetwork.key(0)
        return Version4Machine(
            key: key, record: try NodeRecord(NodeRecordEntries(), sequence: 1, signedBy: key), generator: SeededGenerator(seed: 1))
    }

    @Test("a proof of discovery 4 holds for twelve hours")
    func proofs() throws {
        var machine = try machine()
        let (one, other) = (try Self.address(1), try Self.address(2))
        machine.note(one, now: 1_000) { $0.pong = 1_000 }
        machine.note(other, now: 1_000) { $0.ping = 1_000 }
        let end: UInt64 = 1_000 + 12 * 3_600_000
        #expect(machine.hasProved(one, now: end - 1) && !machine.hasProved(one, now: end))
        #expect(machine.knowsThisNode(other, now: end - 1) && !machine.knowsThisNode(other, now: end))
        #expect(!machine.hasProved(other, now: 1_000) && !machine.knowsThisNode(one, now: 1_000))
    }

    @Test("strangers that prove nothing do not end the proofs of others")
    func strangers() throws {
        var machine = try machine()
        let proved = try Self.address(0)
        machine.note(proved, now: 1) { $0.pong = 1 }
        for number in 1...UInt64(Version4Machine.maximumProofs) { machine.note(try Self.address(number), now: 2) { $0.ping = 2 } }
        #expect(machine.proofs.count == Version4Machine.maximumProofs * 7 / 8 + 1)
        #expect(machine.hasProved(proved, now: 3))
    }
}
