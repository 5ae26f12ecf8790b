/// A moment as its calendar shows it, for templates that tell the model the date (`strftime_now`).
public struct TemplateClock: Sendable {
    let year, month, day, hour, minute, second: Int

    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        (self.year, self.month, self.day) = (year, min(12, max(1, month)), day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// 0 for Sunday, by Sakamoto's method.
    private var weekday: Int {
        let offsets = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        let year = month < 3 ? self.year - 1 : self.year
        return ((year + year / 4 - year / 100 + year / 400 + offsets[month - 1] + day) % 7 + 7) % 7
    }

    /// The commonest directives of C's `strftime`, with English names.
    func format(_ pattern: String) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        var result = ""
        var scalars = pattern.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            switch scalars.next() {
            case "Y": result += "\(year)"
            case "y": result += two(year % 100)
            case "m": result += two(month)
            case "d": result += two(day)
            case "e": result += day < 10 ? " \(day)" : "\(day)"
            case "H": result += two(hour)
            case "I": result += two((hour + 11) % 12 + 1)
            case "p": result += hour < 12 ? "AM" : "PM"
            case "M": result += two(minute)
            case "S": result += two(second)
            case "B": result += Self.months[month - 1]
            case "b": result += String(Self.months[month - 1].prefix(3))
            case "A": result += Self.days[weekday]
            case "a": result += String(Self.days[weekday].prefix(3))
            case "%", nil: result += "%"
            case let other?: result += "%\(other)"
            }
        }
        return result
    }
}
