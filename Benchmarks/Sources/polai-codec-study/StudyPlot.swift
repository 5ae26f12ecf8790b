import Foundation

/// The plot of `docs/learning.md`: final loss against bytes a round, each method a point with the range of its seeds.
struct StudyPlot {
    private let points: [StudySummary]
    private let width = 760.0, height = 470.0
    private let left = 70.0, right = 24.0, top = 44.0, bottom = 58.0
    private let bytes: ClosedRange<Double>
    private let losses: ClosedRange<Double>

    init?(_ summaries: [StudySummary]) {
        points = summaries.filter { !$0.heldOut.isEmpty }
        let values = points.flatMap(\.heldOut.values)
        guard let low = values.min(), let high = values.max() else { return nil }
        let margin = max(0.01, 0.08 * (high - low))
        losses = low - margin...high + margin
        bytes = 40_000...16_000_000
    }

    private func x(_ value: Double) -> Double {
        left + (width - left - right) * log(value / bytes.lowerBound) / log(bytes.upperBound / bytes.lowerBound)
    }

    private func y(_ loss: Double) -> Double {
        top + (height - top - bottom) * (losses.upperBound - loss) / (losses.upperBound - losses.lowerBound)
    }

    func svg(title: String) -> String {
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-family=\"sans-serif\" font-size=\"12\">",
            "<rect width=\"\(Int(width))\" height=\"\(Int(height))\" fill=\"#ffffff\"/>",
            text(width / 2, 24, title, anchor: "middle", size: 14),
        ]
        lines += axes()
        for limit in [(67_000.0, "67 KB"), (150_000.0, "150,000 bytes")] {
            lines.append(line(x(limit.0), top, x(limit.0), height - bottom, "#bbbbbb", dash: "4 4"))
            lines.append(text(x(limit.0) + 4, top + 12, limit.1, color: "#777777"))
        }
        for (index, point) in points.enumerated() {
            // Names above and below in turn, so that those of neighbours keep apart.
            lines += mark(point, color: Self.colors[index % Self.colors.count], nameBelow: index % 2 == 1)
        }
        return (lines + ["</svg>", ""]).joined(separator: "\n")
    }

    private static let colors = ["#222222", "#777777", "#0b6bcb", "#c2410c", "#15803d", "#7c3aed", "#b91c1c", "#0e7490", "#a16207"]

    private func axes() -> [String] {
        var lines = [
            line(left, height - bottom, width - right, height - bottom, "#333333"), line(left, top, left, height - bottom, "#333333"),
            text((left + width - right) / 2, height - 14, "bytes of one update (logarithmic)", anchor: "middle"),
            "<g transform=\"translate(18 \(number((top + height - bottom) / 2))) rotate(-90)\">"
                + text(0, 0, "held-out loss after the last round, nats a token", anchor: "middle") + "</g>",
        ]
        for (value, name) in [(50e3, "50 KB"), (100e3, "100 KB"), (250e3, "250 KB"), (1e6, "1 MB"), (2.5e6, "2.5 MB"), (10e6, "10 MB")] {
            lines.append(line(x(value), height - bottom, x(value), height - bottom + 5, "#333333"))
            lines.append(text(x(value), height - bottom + 19, name, anchor: "middle"))
        }
        let span = losses.upperBound - losses.lowerBound
        let step = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].first { span / $0 <= 9 } ?? 1
        var value = (losses.lowerBound / step).rounded(.up) * step
        while value <= losses.upperBound {
            lines.append(line(left, y(value), width - right, y(value), "#eeeeee"))
            lines.append(text(left - 8, y(value) + 4, StudyTable.fixed(value, 3), anchor: "end"))
            value += step
        }
        return lines
    }

    private func mark(_ point: StudySummary, color: String, nameBelow: Bool) -> [String] {
        let loss = StudySummary.mean(point.heldOut.values)
        let (low, high) = (point.heldOut.values.min() ?? loss, point.heldOut.values.max() ?? loss)
        let isRight = x(point.bytes) > 0.75 * width
        return [
            line(x(point.bytes), y(low), x(point.bytes), y(high), color),
            "<circle cx=\"\(number(x(point.bytes)))\" cy=\"\(number(y(loss)))\" r=\"4.5\" fill=\"\(color)\"/>",
            text(
                x(point.bytes) + (isRight ? -9 : 9), y(loss) + (nameBelow ? 15 : -6), point.method, anchor: isRight ? "end" : "start",
                color: color),
        ]
    }

    private func number(_ value: Double) -> String { StudyTable.fixed(value, 1) }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String, dash: String? = nil) -> String {
        "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"\(color)\""
            + (dash.map { " stroke-dasharray=\"\($0)\"" } ?? "") + "/>"
    }

    private func text(_ x: Double, _ y: Double, _ text: String, anchor: String = "start", color: String = "#333333", size: Int = 12)
        -> String
    {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" fill=\"\(color)\" font-size=\"\(size)\">\(text)</text>"
    }
}
