import ArgumentParser
import Testing

@testable import polai

@Suite struct AttackLabCommandTests {
    /// What a run does not heed is refused, not passed over.
    @Test(arguments: ["teach-to-test", "copied-votes"]) func refusesWhatItWouldNotHeed(attack: String) throws {
        for option in [["--trainers", "10"], ["--attackers", "30"], ["--output", "lab.svg"]] {
            _ = try AttackLabCommand.parse(option)
            #expect(throws: (any Error).self, "\(attack) \(option)") { try AttackLabCommand.parse(["--attacks", attack] + option) }
        }
        _ = try AttackLabCommand.parse(["--attacks", attack, "--steps", "20"])
    }

    /// One honest trainer has a plot of its own, and nobody beside it.
    @Test func ofATrainerAloneThePlotIsKept() throws {
        _ = try AttackLabCommand.parse(["--attacks", "none", "--output", "curve.svg"])
        #expect(throws: (any Error).self) { try AttackLabCommand.parse(["--attacks", "none", "--trainers", "10"]) }
    }

    @Test func boundsWhatIsGiven() {
        for arguments in [
            ["--trainers", "2"], ["--trainers", "24"], ["--attackers", "50"], ["--attackers", "a"], ["--attacks", "some"],
        ] {
            #expect(throws: (any Error).self, "\(arguments)") { try AttackLabCommand.parse(arguments) }
        }
    }
}
