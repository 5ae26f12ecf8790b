import Primitives
import Testing

@Suite("What was seen of late") struct RecentSetTests {
    @Test("the oldest is forgotten") func oldest() {
        var set = RecentSet<Int>(limit: 3)
        #expect([1, 2, 2, 3].map { set.insert($0).inserted } == [true, true, false, true])
        let fourth = set.insert(4)
        #expect(fourth.inserted && fourth.forgotten == 1)
        let again = set.insert(4)
        #expect(!again.inserted && again.forgotten == nil)
        #expect(set.insert(5).forgotten == 2)
        #expect([1, 2, 3, 4, 5].map(set.contains) == [false, false, true, true, true])
        #expect(set.count == 3)
    }

    @Test("like a list that is searched") func likeAList() {
        var set = RecentSet<UInt64>(limit: 17)
        var list: [UInt64] = []
        var random: UInt64 = 1
        for _ in 0..<2000 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let element = random >> 33 % 40
            #expect(set.contains(element) == list.contains(element))
            #expect(set.insert(element).inserted == !list.contains(element))
            if !list.contains(element) { list.append(element) }
            if list.count > 17 { list.removeFirst() }
        }
        #expect(set.count == 17)
    }
}
