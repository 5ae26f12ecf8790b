public import ServiceInterfaces

/// Samples in Prometheus' text exposition format 0.0.4.
public enum PrometheusText {
    public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// One block per metric name, in order of name: `# HELP`, `# TYPE`, then the samples.
    ///
    /// A sample with a malformed name, with a malformed label name, or with the name and labels of an earlier one
    /// is left out: one bad sample would make the whole scrape fail. Help and kind are the first sample's.
    public static func render(_ samples: [MetricSample]) -> String {
        var families: [String: [MetricSample]] = [:]
        var seen: Set<Identity> = []
        for sample in samples where isValid(sample) {
            guard seen.insert(Identity(name: sample.name, labels: sample.labels)).inserted else { continue }
            families[sample.name, default: []].append(sample)
        }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            guard let first = family.first else { continue }
            text += "# HELP \(name) \(escapeHelp(first.help))\n# TYPE \(name) \(first.kind.rawValue)\n"
            for sample in family { text += line(sample) }
        }
        return text
    }

    private struct Identity: Hashable {
        let name: String
        let labels: [String: String]
    }

    private static func line(_ sample: MetricSample) -> String {
        let labels = sample.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escapeLabel($0.value))\"" }
        return sample.name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " \(number(sample.value))\n"
    }

    /// A Go float literal, as the format asks for: shortest digits that read back to the same value.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let integer = Int64(exactly: value) { return String(integer) }
        return "\(value)"
    }

    static func escapeHelp(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    static func escapeLabel(_ text: String) -> String {
        escapeHelp(text).replacing("\"", with: "\\\"")
    }

    private static func isValid(_ sample: MetricSample) -> Bool {
        isName(sample.name, colonAllowed: true)
            && sample.labels.keys.allSatisfy { isName($0, colonAllowed: false) && !$0.hasPrefix("__") }
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`, for labels without the colon.
    private static func isName(_ text: String, colonAllowed: Bool) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"):
                true
            case UInt8(ascii: ":"): colonAllowed
            default: false
            }
        }
    }
}
