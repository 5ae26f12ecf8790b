import Multiformats
import PeerIdentity
import Testing

@testable import ContentNetwork

@Suite("When peers are dialled again")
struct DialPlanTests {
    private let start = ContinuousClock.now
    private func peer(_ name: UInt8) -> PeerID {
        PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: name, count: 32)))
    }

    @Test("Waits double up to five minutes beside others, and to half a minute where nobody is connected")
    func waits() {
        let (far, alone) = (peer(1), peer(2))
        var plan = DialPlan()
        #expect(plan.isDue(far, now: start))
        for _ in 0..<12 {
            plan.fail(far, isLonely: false, jitter: 0, now: start)
            plan.fail(alone, isLonely: true, jitter: 0, now: start)
        }
        #expect(!plan.isDue(far, now: start + .seconds(299)))
        #expect(plan.isDue(far, now: start + .seconds(300)))
        #expect(!plan.isDue(alone, now: start + .seconds(29)))
        #expect(plan.isDue(alone, now: start + .seconds(30)))
    }

    @Test("When one that could not be reached is here again, the others are dialled at once")
    func networkIsBack() {
        let (first, second, third) = (peer(1), peer(2), peer(3))
        var plan = DialPlan()
        for _ in 0..<12 { for peer in [first, second] { plan.fail(peer, isLonely: false, jitter: 0, now: start) } }
        // One that never failed says nothing of the others.
        plan.see([third], now: start + .seconds(10))
        #expect(!plan.isDue(second, now: start + .seconds(10)))
        plan.see([first, third], now: start + .seconds(20))
        #expect(plan.isDue(second, now: start + .seconds(20)))
        #expect(plan.count == 1)
        // Once: a failure waits as long as before.
        plan.fail(second, isLonely: false, jitter: 0, now: start + .seconds(20))
        plan.see([first, third], now: start + .seconds(22))
        #expect(!plan.isDue(second, now: start + .seconds(22)))
    }
}

extension DialPlanTests {
    @Test("Whoever is of no use is left alone for its time, and no longer")
    func avoided() {
        let stranger = peer(4)
        var plan = DialPlan()
        plan.avoid(stranger, until: start + .seconds(600))
        #expect(!plan.isDue(stranger, now: start + .seconds(599)))
        // Others that come back do not change that.
        plan.fail(peer(5), isLonely: false, jitter: 0, now: start)
        plan.see([peer(5)], now: start + .seconds(10))
        #expect(!plan.isDue(stranger, now: start + .seconds(20)))
        #expect(plan.isDue(stranger, now: start + .seconds(600)))
    }
}
