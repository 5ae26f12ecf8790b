import BeaconTypes

extension LearningCurve.Record {
    /// Two tables in Markdown: the updates, and the marks.
    public var table: String {
        LabReport.table(LearningCurve.Update.head, updates.map(\.cells)) + "\n\n"
            + LabReport.table(LearningCurve.Mark.head, marks.map(\.cells))
    }

    /// A plot of the marks: by how much the task's sentences and the general ones are better known than by the base model, in
    /// percent of its loss.
    public var svg: String {
        let curves = [
            (name: "task, sentences of the pool", color: "#2f78b0", points: marks.map { ($0.updates, $0.taskChange) }),
            (name: "general English", color: "#b05f8a", points: marks.map { ($0.updates, $0.generalChange) }),
        ]
        let changes = curves.flatMap { $0.points.map(\.1) } + [0.01]
        let (low, high) = (changes.min() ?? 0, changes.max() ?? 0.01)
        let (left, top, width, height) = (64.0, 48.0, 560.0, 240.0)
        let last = Double(max(1, marks.last?.updates ?? 1))
        func x(_ updates: Int) -> Double { left + width * Double(updates) / last }
        func y(_ change: Double) -> Double { top + height * (high - change) / max(1e-6, high - low) }
        func text(_ x: Double, _ y: Double, _ words: String, anchor: String = "start") -> String {
            ##"<text x="\##(LabReport.decimal(x, 1))" y="\##(LabReport.decimal(y, 1))" text-anchor="\##(anchor)" fill="#1b2733">\##(words)</text>"##
        }
        var svg = [
            ##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 350" font-family="system-ui, sans-serif" font-size="12">"##,
            ##"<rect width="100%" height="100%" fill="#ffffff"/>"##,
            text(16, 24, "Loss against the base model's, in percent, after so many accepted updates"),
        ]
        for change in [low, 0, 0.01] {
            let place = LabReport.decimal(y(change), 1)
            svg.append(##"<line x1="\##(left)" x2="\##(left + width)" y1="\##(place)" y2="\##(place)" stroke="#d9dfe5"/>"##)
            svg.append(text(left - 8, y(change) + 4, LabReport.percent(change, 1), anchor: "end"))
        }
        for (index, curve) in curves.enumerated() {
            let points = curve.points.map { "\(LabReport.decimal(x($0.0), 1)),\(LabReport.decimal(y($0.1), 1))" }.joined(separator: " ")
            svg.append(##"<polyline points="\##(points)" fill="none" stroke="\##(curve.color)" stroke-width="2"/>"##)
            svg.append(##"<rect x="\##(left + 240 * Double(index))" y="322" width="12" height="12" fill="\##(curve.color)"/>"##)
            svg.append(text(left + 240 * Double(index) + 18, 333, curve.name))
        }
        for mark in marks { svg.append(text(x(mark.updates), top + height + 18, "\(mark.updates)", anchor: "middle")) }
        return (svg + ["</svg>"]).joined(separator: "\n") + "\n"
    }
}

extension LearningCurve.Mark {
    static let head = ["accepted updates", "task", "of base", "general", "of base"]

    /// Of the base model's loss.
    public var taskChange: Double { Self.change(losses.taskBefore, losses.taskAfter) }
    public var generalChange: Double { Self.change(losses.generalBase, losses.generalAfter) }

    private static func change(_ before: UInt32, _ after: UInt32) -> Double {
        let before = Double(Float(bitPattern: before))
        return (Double(Float(bitPattern: after)) - before) / before
    }

    /// What the table says of it.
    public var cells: [String] {
        [
            "\(updates)", LabReport.decimal(bits: losses.taskAfter), LabReport.percent(taskChange, 2),
            LabReport.decimal(bits: losses.generalAfter), LabReport.percent(generalChange, 2),
        ]
    }
}

extension LearningCurve.Update {
    static let head = [
        "update", "codec", "boost", "bytes", "DEV_TEXTS before", "after", "slice: task before", "after", "general: base", "parent", "after",
        "verdict",
    ]

    /// What the table says of it.
    public var cells: [String] {
        let own = [
            "\(round + 1)", codec, LabReport.decimal(Double(boost), 2), "\(bytes)",
            LabReport.decimal(Double(judgement.lossBefore), 3), LabReport.decimal(Double(judgement.lossAfter), 3),
        ]
        let slice = judgement.slice
        let losses = [slice.taskBefore, slice.taskAfter, slice.generalBase, slice.generalParent, slice.generalAfter]
        return own + losses.map { LabReport.decimal(bits: $0) } + [judgement.verdict]
    }
}

extension LabReport {
    /// A loss of which the FP32 bits are known.
    static func decimal(bits: UInt32) -> String { decimal(Double(Float(bitPattern: bits)), 3) }
}
