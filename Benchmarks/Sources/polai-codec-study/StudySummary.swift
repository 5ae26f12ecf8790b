/// A method's results over all seeds that were run to the end.
struct StudySummary {
    let method: String
    let seeds: Int
    /// The mean bytes of an update.
    let bytes: Double
    /// Final losses by seed: on the held-out lines, on the DEV_TEXTS.
    let heldOut: [Int: Double]
    let dev: [Int: Double]
    /// The mean boost.
    let boost: Double

    /// Summaries in the order of `Method.all`; a method without a finished run is left out.
    static func all(_ records: [StudyRecord], rounds: Int, steps: Int) -> [StudySummary] {
        Method.all.compactMap { method in
            let own = records.filter { $0.method == method.name && $0.steps == steps && $0.round <= rounds }
            var last: [Int: StudyRecord] = [:]
            for record in own where record.round == rounds && record.devLoss != nil { last[record.seed] = record }
            let seeds = last.keys.sorted()
            let counted = own.filter { last[$0.seed] != nil }
            guard !seeds.isEmpty, !counted.isEmpty else { return nil }
            func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
            return StudySummary(
                method: method.name, seeds: seeds.count, bytes: mean(counted.map { Double($0.bytes) }),
                heldOut: last.compactMapValues { $0.heldOutLoss.map(Double.init) },
                dev: last.compactMapValues { $0.devLoss.map(Double.init) }, boost: mean(counted.map { Double($0.boost) }))
        }
    }

    static func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
}

/// The table of `docs/learning.md`.
enum StudyTable {
    static func markdown(_ summaries: [StudySummary]) -> String {
        let dense = summaries.first { $0.method == Method.dense.name }
        var lines = [
            "| method | bytes a round | compression | held-out loss | gap to dense | DEV_TEXTS loss | gap to dense | mean boost | seeds |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        ]
        for row in summaries {
            // Against dense exchange with the same seeds.
            func gap(_ losses: [Int: Double], _ reference: [Int: Double]?) -> String {
                let seeds = losses.keys.filter { reference?[$0] != nil }.sorted()
                guard let reference, !seeds.isEmpty, row.method != Method.dense.name else { return "" }
                let own = StudySummary.mean(seeds.compactMap { losses[$0] })
                let relative = own / StudySummary.mean(seeds.compactMap { reference[$0] }) - 1
                return "\(relative > 0 ? "+" : "")\(fixed(100 * relative, 2)) %"
            }
            lines.append(
                "| `\(row.method)` | \(Int(row.bytes.rounded())) | \(fixed((dense?.bytes ?? .nan) / row.bytes, 1)) | "
                    + "\(fixed(StudySummary.mean(row.heldOut.values), 4)) | \(gap(row.heldOut, dense?.heldOut)) | "
                    + "\(fixed(StudySummary.mean(row.dev.values), 4)) | \(gap(row.dev, dense?.dev)) | \(fixed(row.boost, 2)) | \(row.seeds) |"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// `value` with `places` decimal places.
    static func fixed(_ value: Double, _ places: Int) -> String {
        guard value.isFinite else { return "\(value)" }
        var power = 1
        for _ in 0..<places { power *= 10 }
        let whole = Int((value.magnitude * Double(power)).rounded())
        let digits = String(whole % power)
        let sign = value < 0 && whole > 0 ? "-" : ""
        return places == 0
            ? "\(sign)\(whole)" : "\(sign)\(whole / power)." + String(repeating: "0", count: places - digits.count) + digits
    }
}
