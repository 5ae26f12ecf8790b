/// A line that is being typed, and where in it. Pure: keys in, text out.
struct LineBuffer {
    enum Key: Equatable {
        case character(Character), backspace, delete, left, right, home, end, up, down, tab, enter
        case killToEnd, killToStart, killWord, interrupt, endOfFile
    }

    enum Outcome: Equatable {
        case editing
        case line(String)
        /// Ctrl-C: the line is given up.
        case abandoned
        /// Ctrl-D on an empty line.
        case end
        /// Several words would fit.
        case choices([String])
    }

    private(set) var text: [Character] = []
    private(set) var cursor = 0
    private let history: [String]
    private let words: [String]
    /// The place in the history; its count for the line that is new.
    private var place: Int
    private var unfinished: [Character] = []

    /// - Parameters:
    ///   - history: oldest first.
    ///   - words: what Tab completes.
    init(history: [String], words: [String]) {
        (self.history, self.words, place) = (history, words, history.count)
    }

    mutating func press(_ key: Key) -> Outcome {
        switch key {
        case .character(let character):
            text.insert(character, at: cursor)
            cursor += 1
        case .backspace:
            guard cursor > 0 else { break }
            cursor -= 1
            text.remove(at: cursor)
        case .delete: if cursor < text.count { text.remove(at: cursor) }
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(text.count, cursor + 1)
        case .home: cursor = 0
        case .end: cursor = text.count
        case .up: recall(place - 1)
        case .down: recall(place + 1)
        case .tab: return complete()
        case .enter: return .line(String(text))
        case .killToEnd: text.removeSubrange(cursor...)
        case .killToStart:
            text.removeSubrange(..<cursor)
            cursor = 0
        case .killWord:
            let start = text[..<cursor].lastIndex { $0 == " " || $0 == "." || $0 == "(" }.map { $0 + 1 } ?? 0
            let from = start == cursor ? max(0, cursor - 1) : start
            text.removeSubrange(from..<cursor)
            cursor = from
        case .interrupt: return .abandoned
        case .endOfFile:
            guard text.isEmpty else { return press(.delete) }
            return .end
        }
        return .editing
    }

    private mutating func recall(_ index: Int) {
        guard (0...history.count).contains(index), index != place else { return }
        if place == history.count { unfinished = text }
        place = index
        text = index == history.count ? unfinished : Array(history[index])
        cursor = text.count
    }

    /// Completes the word before the cursor as far as all that fit agree.
    private mutating func complete() -> Outcome {
        let start = text[..<cursor].lastIndex { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }.map { $0 + 1 } ?? 0
        let begun = String(text[start..<cursor])
        let fitting = words.filter { $0.hasPrefix(begun) }
        guard let first = fitting.first else { return .editing }
        var common = first
        for word in fitting { common = String(zip(common, word).prefix { $0 == $1 }.map { $0.0 }) }
        guard common.count > begun.count else { return fitting.count > 1 ? .choices(fitting) : .editing }
        text.replaceSubrange(start..<cursor, with: common)
        cursor = start + common.count
        return .editing
    }
}
