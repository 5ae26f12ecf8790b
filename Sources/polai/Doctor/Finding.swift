/// What the doctor found of one thing.
struct Finding: Equatable, Sendable {
    enum Grade: String, Sendable {
        case good = "ok  "
        case doubtful = "warn"
        case bad = "FAIL"
    }

    let grade: Grade
    let subject: String
    let detail: String
    /// What to do about it.
    let advice: String?

    static func good(_ subject: String, _ detail: String) -> Finding {
        Finding(grade: .good, subject: subject, detail: detail, advice: nil)
    }

    static func doubtful(_ subject: String, _ detail: String, _ advice: String) -> Finding {
        Finding(grade: .doubtful, subject: subject, detail: detail, advice: advice)
    }

    static func bad(_ subject: String, _ detail: String, _ advice: String) -> Finding {
        Finding(grade: .bad, subject: subject, detail: detail, advice: advice)
    }

    /// One line, and a second with the advice.
    var text: String { "\(grade.rawValue) \(subject): \(detail)" + (advice.map { "\n     -> \($0)" } ?? "") }
}
