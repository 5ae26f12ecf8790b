import BeaconTypes
import Testing

@testable import polai

@Suite("Telling that nothing becomes final")
struct FinalityWatchTests {
    @Test("Lines come ever more rarely, and the end is told once")
    func lines() {
        var lines = FinalityWatch.Lines()
        #expect(lines.end() == false)
        let told = (1...400 as ClosedRange<Slot>).filter { lines.isDue($0) }
        #expect(told == [1, 9, 33, 105, 321])
        #expect(lines.end() == true)
        #expect(lines.end() == false)
    }
}
