import Testing

@testable import ChainSync

@Suite("What sources cost")
struct SourceLedgerTests {
    @Test("A source that lies is not asked for a while, each time a longer one; one that only fails is asked again")
    func benches() {
        var ledger = SourceLedger()
        for _ in 0..<100 {
            let isBenched = ledger.charge("gone", .failed, now: 0)
            #expect(!isBenched)
        }
        let once = ledger.charge("liar", .malformed, now: 0)
        let twice = ledger.charge("liar", .malformed, now: 0)
        #expect(!once && twice)
        #expect(ledger.benched(now: 1) == ["liar"])
        #expect(ledger.benched(now: 30).isEmpty)
        _ = ledger.charge("liar", .unrelatedChain, now: 30)
        #expect(ledger.benched(now: 89) == ["liar"] && ledger.benched(now: 90).isEmpty)
        for round in 0..<80 { _ = ledger.charge("liar", .unrelatedChain, now: Double(round)) }
        #expect(ledger.benched(now: 79 + SourceLedger.longestBench).isEmpty)
    }

    @Test("Time heals: what was cheap and long ago is forgotten")
    func forgives() {
        var ledger = SourceLedger()
        _ = ledger.charge("slow", .withheld, now: 0)
        for now in 0..<25 { ledger.forgive(now: Double(now)) }
        let costs = (0..<3).map { _ in ledger.charge("slow", .withheld, now: 30) }
        #expect(costs == [false, false, false])
        let fourth = ledger.charge("slow", .withheld, now: 30)
        #expect(fourth)
    }

    @Test("However many names come, few are remembered")
    func bounded() {
        var ledger = SourceLedger()
        for name in 0..<(SourceLedger.maximumSources + 10) { _ = ledger.charge("\(name)", .unrelatedChain, now: 0) }
        #expect(ledger.benched(now: 1).count == SourceLedger.maximumSources)
    }
}
