/// The results of one laboratory run.
public struct LabReport: Sendable {
    public let clean: LabResult
    /// By attack, then by share.
    public let results: [LabResult]

    public init(clean: LabResult, results: [LabResult]) {
        self.clean = clean
        self.results = results
    }

    /// A table in Markdown.
    public var table: String {
        var lines = [
            "| attack | hostile | loss after | loss gap | progress kept | poisoned sent | refused: file | copy | Krum | gate | entered | backdoor |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
            "| none | 0/\(clean.trainers) | \(Self.decimal(Double(clean.finalLoss), 4)) | | 100 % | | | | | | | |",
        ]
        for result in results {
            let cells = [
                result.attack?.rawValue ?? "none", "\(result.attackers)/\(result.trainers)", Self.decimal(Double(result.finalLoss), 4),
                Self.percent(result.gap(to: clean), 2), Self.percent(result.progress(against: clean), 0), "\(result.poisonedSent)",
                "\(result.refusedAtIntake)", "\(result.refusedAsCopy)", "\(result.refusedByKrum)", "\(result.refusedByGate)",
                "\(result.poisonedAccepted)", result.backdoorFall == 0 ? "" : Self.decimal(Double(-result.backdoorFall), 2),
            ]
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    /// `value` with a fixed number of decimals.
    static func decimal(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, value.magnitude < 1e12 else { return "\(value)" }
        let factor = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        let scaled = Int64((value.magnitude * factor).rounded())
        let whole = scaled / Int64(factor)
        let fraction = String(scaled % Int64(factor))
        let sign = value < 0 && scaled > 0 ? "−" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        return "\(sign)\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    static func percent(_ fraction: Double, _ digits: Int) -> String { "\(decimal(100 * fraction, digits)) %" }
}
