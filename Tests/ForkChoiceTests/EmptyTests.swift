import ForkChoice
import Testing

@Suite struct ForkChoiceErrorTests {
    @Test func describesItself() {
        #expect(ForkChoiceError.futureBlock(slot: 5, currentSlot: 4).description.contains("slot 5"))
    }
}
