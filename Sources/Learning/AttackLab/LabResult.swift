/// What became of one attack at one share of attackers.
public struct LabResult: Sendable, Equatable {
    /// `nil` for the run without attackers.
    public var attack: Attack?
    public var attackers: Int
    public var trainers: Int
    /// The gate's loss before the first round and after the last.
    public var firstLoss: Float
    public var finalLoss: Float
    /// How far the backdoor's loss fell over the run.
    public var backdoorFall: Float = 0
    /// Rounds whose candidate entered.
    public var acceptedRounds = 0
    /// Honest updates that entered.
    public var honestAccepted = 0
    /// Updates that attackers sent.
    public var poisonedSent = 0
    /// Of these: refused at the file check, as copies, by Krum, by the gate; and those in accepted candidates.
    public var refusedAtIntake = 0
    public var refusedAsCopy = 0
    public var refusedByKrum = 0
    public var refusedByGate = 0
    public var poisonedAccepted = 0
    /// Candidates with a poisoned update that the gate measured and let pass.
    public var gateRuns = 0

    public init(attack: Attack?, attackers: Int, trainers: Int, firstLoss: Float) {
        self.attack = attack
        self.attackers = attackers
        self.trainers = trainers
        self.firstLoss = firstLoss
        finalLoss = firstLoss
    }

    /// How much higher the final loss is than without attackers, as a fraction of the latter.
    public func gap(to clean: LabResult) -> Double { Double(finalLoss - clean.finalLoss) / Double(clean.finalLoss) }

    /// The share of the clean run's progress that was made.
    public func progress(against clean: LabResult) -> Double {
        let whole = Double(clean.firstLoss - clean.finalLoss)
        return whole > 0 ? Double(firstLoss - finalLoss) / whole : 0
    }
}
