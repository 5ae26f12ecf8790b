import Primitives
import Testing
import Transactions

@testable import TransactionPool

@Suite("What a full pool does, what a builder gets, and what a new head changes")
struct RoomTests {
    private func limits(_ change: (inout PoolLimits) -> Void) -> PoolLimits {
        var limits = PoolLimits()
        change(&limits)
        return limits
    }

    @Test("the best paying come first, each sender's by nonce, equal ones by arrival")
    func order() throws {
        var fixture = try PoolFixture()
        try fixture.add(fixture.transaction(0, nonce: 0, tip: 5))
        try fixture.add(fixture.transaction(0, nonce: 1, tip: 50))
        try fixture.add(fixture.transaction(1, nonce: 0, tip: 20))
        try fixture.add(fixture.transaction(1, nonce: 1, tip: 1))
        try fixture.add(fixture.transaction(2, nonce: 0, tip: 20))
        // A cap of 17 leaves a tip of 10 over a base fee of 7.
        try fixture.add(fixture.transaction(3, nonce: 0, cap: 17, tip: 15))
        #expect(fixture.order() == ["1/0", "2/0", "3/0", "0/0", "0/1", "1/1"])
        fixture.pool.head.baseFee = 18
        #expect(fixture.order() == ["1/0", "2/0", "0/0", "0/1", "1/1"])
        var supply = fixture.pool.selection()
        #expect(supply.next()?.sender == fixture.address(1))
        supply.abandonSender()
        #expect(supply.next()?.sender == fixture.address(2))
        #expect(supply.next()?.sender == fixture.address(0))
        supply.abandonSender()
        #expect(supply.next() == nil)
        #expect(supply.next() == nil)
    }

    @Test("a full pool lets the worst go, and nothing for a worse one")
    func full() throws {
        var fixture = try PoolFixture(limits: limits { $0.slots = 4 })
        try fixture.add(fixture.transaction(0, nonce: 0, tip: 5))
        try fixture.add(fixture.transaction(0, nonce: 1, tip: 9))
        try fixture.add(fixture.transaction(1, nonce: 0, tip: 20))
        let waiting = fixture.transaction(2, nonce: 4, tip: 60)
        try fixture.add(waiting)
        // What waits goes first, whatever it offers.
        #expect(try fixture.add(fixture.transaction(3, tip: 6)).removed == [waiting.hash])
        #expect(fixture.refusal(fixture.transaction(2, tip: 6)) == "transaction underpriced")
        #expect(fixture.refusal(fixture.transaction(2, nonce: 1, tip: 90)) == "transaction underpriced")
        let displaced = try fixture.add(fixture.transaction(2, tip: 7)).removed
        #expect(displaced == [fixture.transaction(3, tip: 6).hash])
        #expect(fixture.pool.count == 4 && fixture.pool.slots == 4)
        // A replacement needs no room.
        try fixture.add(fixture.transaction(2, cap: 200, tip: 70))
        // The last of a sender goes, so that no gap arises.
        let third = try fixture.add(fixture.transaction(3, tip: 10)).removed
        #expect(third == [fixture.transaction(0, nonce: 1, tip: 9).hash])
    }

    @Test("a sender that fills the pool makes room for others")
    func fairness() throws {
        var fixture = try PoolFixture(
            limits: limits {
                $0.slots = 8
                $0.guaranteedSlots = 2
            })
        for nonce in UInt64(0)..<8 { try fixture.add(fixture.transaction(0, nonce: nonce, tip: 90)) }
        #expect(try fixture.add(fixture.transaction(1, nonce: 0, tip: 1)).removed == [fixture.transaction(0, nonce: 7, tip: 90).hash])
        try fixture.add(fixture.transaction(1, nonce: 1, tip: 1))
        #expect(fixture.refusal(fixture.transaction(1, nonce: 2, tip: 1)) == "transaction underpriced")
        #expect(fixture.pool.pending(of: fixture.address(0)).count == 6)
        // Who holds much takes nothing from who holds little, whatever it pays.
        #expect(fixture.refusal(fixture.transaction(0, nonce: 6, tip: 90)) == "txpool is full")
    }

    @Test("large transactions take more slots, and a sender may not wait with many")
    func slots() throws {
        var fixture = try PoolFixture(limits: limits { $0.queuedPerAccount = 2 })
        try fixture.add(
            fixture.transaction {
                $0.data = [UInt8](repeating: 0, count: 40_000)
                $0.gasLimit = 1_000_000
            })
        #expect(fixture.pool.slots == 2)
        try fixture.add(fixture.transaction(cap: 200, tip: 20))
        #expect(fixture.pool.slots == 1)
        try fixture.add(fixture.transaction(nonce: 2))
        try fixture.add(fixture.transaction(nonce: 3))
        #expect(fixture.refusal(fixture.transaction(nonce: 4)) == "account limit exceeded")
        try fixture.add(fixture.transaction(nonce: 1))
        #expect(fixture.pool.pendingCount == 4)
    }

    @Test("a larger replacement needs room too")
    func largerReplacement() throws {
        var fixture = try PoolFixture(limits: limits { $0.slots = 3 })
        try fixture.add(fixture.transaction(0, tip: 90))
        try fixture.add(fixture.transaction(1, tip: 50))
        try fixture.add(fixture.transaction(2, tip: 1))
        func large(_ account: Int, tip: UInt256) -> RecoveredTransaction {
            fixture.transaction(account, cap: 200, tip: tip) {
                $0.data = [UInt8](repeating: 0, count: 40_000)
                $0.gasLimit = 1_000_000
            }
        }
        let (first, last) = (fixture.transaction(0, tip: 90).hash, fixture.transaction(2, tip: 1).hash)
        #expect(try fixture.add(large(0, tip: 100)).removed == [last, first])
        #expect(fixture.pool.slots == 3 && fixture.pool.count == 2)
        // Nothing is worse than this one: it stays as it was.
        #expect(fixture.refusal(large(1, tip: 60)) == "transaction underpriced")
        #expect(fixture.pool.transaction(of: fixture.address(1), nonce: 0)?.transaction.maxPriorityFeePerGas == 50)
    }

    @Test("a new head takes out what was mined, what cannot be paid, and what waited too long")
    func newHead() throws {
        var fixture = try PoolFixture()
        let mined = fixture.transaction(0, nonce: 0)
        try fixture.add(mined)
        try fixture.add(fixture.transaction(0, nonce: 1))
        let poor = fixture.transaction(1, nonce: 0) { $0.value = 1 << 70 }
        try fixture.add(poor)
        try fixture.add(fixture.transaction(1, nonce: 1))
        let lonely = fixture.transaction(2, nonce: 9)
        try fixture.add(lonely)
        var head = PoolFixture.head
        head.timestamp += 12
        let (first, second) = (fixture.address(0), fixture.address(1))
        let standing: (Address) -> AccountStanding = { address in
            AccountStanding(nonce: address == first ? 1 : 0, balance: address == second ? 1 << 60 : 1 << 80)
        }
        let changes = fixture.pool.reset(to: head, standing: standing)
        #expect(Set(changes.removed) == [mined.hash, poor.hash])
        #expect(fixture.pool.pending(of: first).map(\.transaction.nonce) == [1])
        #expect(fixture.pool.pending(of: second).isEmpty)
        #expect(fixture.pool.queued(of: second).map(\.transaction.nonce) == [1])
        // The block is left again: what it held comes back, and closes the gap.
        let back = fixture.pool.reset(to: head, returned: [mined]) { _ in AccountStanding(balance: 1 << 80) }
        #expect(back == .init(removed: [], returned: [mined]))
        #expect(fixture.pool.pending(of: first).map(\.transaction.nonce) == [0, 1])
        head.timestamp += 4 * 3600
        let late = fixture.pool.reset(to: head) { _ in AccountStanding(balance: 1 << 80) }
        #expect(late.removed.contains(lonely.hash) && !late.removed.contains(mined.hash))
        #expect(fixture.pool.pendingCount == 2 && fixture.pool.slots == 2)
        head.gasLimit = 20_000
        #expect(fixture.pool.reset(to: head) { _ in AccountStanding(balance: 1 << 80) }.removed.count == 2)
        #expect(fixture.pool.count == 0 && fixture.pool.slots == 0 && fixture.pool.senders.isEmpty)
    }

    /// After any sequence of additions and heads the sums are those of what is there.
    @Test("sums and order hold under random use")
    func invariants() throws {
        var random = SystemRandomNumberGenerator()
        var fixture = try PoolFixture(
            limits: limits {
                $0.slots = 20
                $0.guaranteedSlots = 4
                $0.queuedPerAccount = 4
            })
        var nonces = [UInt64](repeating: 0, count: 4)
        for round in 0..<400 {
            let account = Int.random(in: 0..<4, using: &random)
            let nonce = nonces[account] + UInt64.random(in: 0..<8, using: &random)
            let tip = UInt256(UInt64.random(in: 1..<60, using: &random))
            _ = try? fixture.add(fixture.transaction(account, nonce: nonce, tip: tip), nonce: nonces[account])
            if round % 25 == 24 {
                for account in 0..<4 { nonces[account] += UInt64.random(in: 0..<2, using: &random) }
                let current = Dictionary(uniqueKeysWithValues: (0..<4).map { (fixture.address($0), nonces[$0]) })
                _ = fixture.pool.reset(to: PoolFixture.head) { AccountStanding(nonce: current[$0] ?? 0, balance: 1 << 80) }
            }
            let held = fixture.pool.senders.flatMap { fixture.pool.pending(of: $0) + fixture.pool.queued(of: $0) }
            #expect(held.count == fixture.pool.count && fixture.pool.slots == held.count && held.count <= 20)
            #expect(fixture.order().count == fixture.pool.pendingCount)
            for sender in fixture.pool.senders {
                let account = try #require(fixture.pool.accounts[sender])
                #expect(account.pending.enumerated().allSatisfy { $1.nonce == account.standing.nonce + UInt64($0) })
            }
        }
    }
}
