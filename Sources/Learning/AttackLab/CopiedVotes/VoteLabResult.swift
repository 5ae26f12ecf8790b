/// What came of copied votes at one share of copycats.
public struct VoteLabResult: Sendable, Equatable {
    public let validators: Int
    public let copycats: Int
    public var slots = 0
    public var blocks = 0
    /// Candidates on which honest members and copycats voted.
    public var candidates = 0
    public var certificates = 0
    public var copies = 0
    /// Bits of copycats in certificates.
    public var copiesCounted = 0
    public var copycatsConvicted = 0
    public var honestConvicted = 0
    /// The last epoch that is final.
    public var finalizedEpoch = 0
    /// What the poorest honest member has, in Gwei, and what it began with.
    public var leastHonestBalance: UInt64 = 0
    public var firstBalance: UInt64 = 0

    init(validators: Int, copycats: Int) {
        self.validators = validators
        self.copycats = copycats
    }

    /// A table in Markdown.
    public static func table(_ results: [VoteLabResult]) -> String {
        var lines = [
            "| attack | hostile | blocks | candidates | certificates | copies sent | counted | copycats convicted | honest convicted "
                + "| finalised | least honest balance |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        ]
        for result in results {
            let cells = [
                "copied votes", "\(result.copycats)/\(result.validators)", "\(result.blocks) of \(result.slots)",
                "\(result.candidates)", "\(result.certificates)", "\(result.copies)", "\(result.copiesCounted)",
                "\(result.copycatsConvicted)", "\(result.honestConvicted)", "epoch \(result.finalizedEpoch)",
                "\(LabReport.decimal(Double(result.leastHonestBalance) / 1e9, 3)) of "
                    + LabReport.decimal(Double(result.firstBalance) / 1e9, 0),
            ]
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }
}
