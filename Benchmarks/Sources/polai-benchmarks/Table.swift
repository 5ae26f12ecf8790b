import Foundation

/// What was measured, in the order in which it was measured.
struct Table {
    struct Row {
        let name: String
        let value: Double
        let unit: String
        var note = ""
    }

    private(set) var rows: [Row] = []

    mutating func add(_ name: String, _ value: Double, _ unit: String, note: String = "") {
        let row = Row(name: name, value: value, unit: unit, note: note)
        rows.append(row)
        print(Self.line(row))
        // Each line shows when it is known, also through a pipe.
        fflush(nil)
    }

    /// One line a row, columns aligned.
    private static func line(_ row: Row) -> String {
        let name = row.name + String(repeating: " ", count: max(1, 50 - row.name.count))
        let value = decimal(row.value)
        let padded = String(repeating: " ", count: max(0, 12 - value.count)) + value
        let unit = row.unit + (row.note.isEmpty ? "" : String(repeating: " ", count: max(1, 12 - row.unit.count)) + row.note)
        return "\(name)\(padded) \(unit)"
    }

    /// Three significant digits or the whole number, whichever is longer.
    static func decimal(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        var places = 0
        var size = abs(value)
        while size < 100, places < 4, size > 0 {
            size *= 10
            places += 1
        }
        let scale = (0..<places).reduce(1.0) { result, _ in result * 10 }
        let rounded = (value * scale).rounded() / scale
        return places == 0 ? "\(Int(rounded))" : "\(rounded)"
    }
}
