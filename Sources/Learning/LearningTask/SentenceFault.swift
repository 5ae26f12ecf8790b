/// What keeps a line from being a sentence in normal form.
public enum SentenceFault: Equatable, Sendable, CustomStringConvertible {
    case empty
    case tooLong(characters: Int)
    /// A byte that is not printable ASCII.
    case unprintable(UInt8)
    /// A blank at either end, or two in a row.
    case blanks

    init?(_ line: ArraySlice<UInt8>) {
        guard let first = line.first, let last = line.last else {
            self = .empty
            return
        }
        if line.count > TextPool.maximumLength {
            self = .tooLong(characters: line.count)
        } else if let byte = line.first(where: { !(0x20...0x7E).contains($0) }) {
            self = .unprintable(byte)
        } else if first == 0x20 || last == 0x20 || zip(line, line.dropFirst()).contains(where: { $0 == 0x20 && $1 == 0x20 }) {
            self = .blanks
        } else {
            return nil
        }
    }

    public var description: String {
        switch self {
        case .empty: "it is empty"
        case .tooLong(let count): "it has \(count) characters, at most \(TextPool.maximumLength) are allowed"
        case .unprintable(let byte): "it holds the byte \(byte), and only printable ASCII is allowed"
        case .blanks: "it has a blank at an end, or two in a row"
        }
    }
}
