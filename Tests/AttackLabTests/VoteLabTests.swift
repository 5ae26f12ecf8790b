import Testing

@testable import AttackLab

/// Copied votes over a hundred slots, by a clock that is turned by hand.
@Suite struct VoteLabTests {
    /// A quarter: every copycat is convicted by the first certificate, nobody else is, and updates go on.
    @Test func aQuarterIsConvicted() throws {
        var lab = try VoteLab(validators: 8, copycatPercent: 25)
        let result = try lab.run(slots: 100)
        #expect(result.copycats == 2 && result.copies > 0)
        #expect(result.copycatsConvicted == 2)
        #expect(result.honestConvicted == 0)
        #expect(result.copiesCounted == 0)
        #expect(result.certificates > 20)
        #expect(result.finalizedEpoch > 90)
        // Every honest member earned what it earns anyhow.
        #expect(result.leastHonestBalance >= result.firstBalance)
    }

    /// Half and three quarters that do not agree on what to guess: their copies make no certificate, the chain goes on without updates, and nobody honest loses anything.
    @Test(arguments: [50, 75]) func aMajorityOfGuessesMakesNoCertificate(percent: Int) throws {
        var lab = try VoteLab(validators: 8, copycatPercent: percent)
        let result = try lab.run(slots: 100)
        #expect(result.copies == result.candidates * 8 * percent / 100 && result.candidates > 20)
        #expect(result.certificates == 0 && result.copiesCounted == 0)
        #expect(result.honestConvicted == 0)
        #expect(result.blocks == 100 && result.finalizedEpoch > 90)
        #expect(result.leastHonestBalance >= result.firstBalance)
    }

    /// Without copycats nothing is different.
    @Test func nobodyIsConvictedWithoutCopies() throws {
        var lab = try VoteLab(validators: 4, copycatPercent: 0)
        let result = try lab.run(slots: 40)
        #expect(result.certificates >= 5 && result.honestConvicted == 0)
        #expect(VoteLabResult.table([result]).contains("| copied votes | 0/4 | 40 of 40 |"))
    }
}
