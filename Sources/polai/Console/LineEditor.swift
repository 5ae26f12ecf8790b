import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads lines from the terminal, with editing, history and completion; from a pipe as they come.
final class LineEditor {
    static let historyLength = 1_000

    private var history: [String]
    private let historyPath: String
    private let words: [String]
    private let isTerminal = isatty(0) == 1 && isatty(1) == 1

    init(historyPath: String, words: [String]) {
        (self.historyPath, self.words) = (historyPath, words)
        history = (try? String(contentsOfFile: historyPath, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    }

    /// `nil` at the end of the input.
    func line(_ prompt: String) -> String? {
        guard isTerminal else { return readLine() }
        var original = termios()
        guard tcgetattr(0, &original) == 0 else { return readLine() }
        var raw = original
        cfmakeraw(&raw)
        // Output goes on as usual.
        raw.c_oflag = original.c_oflag
        tcsetattr(0, TCSADRAIN, &raw)
        defer { tcsetattr(0, TCSADRAIN, &original) }
        var buffer = LineBuffer(history: history, words: words)
        show(prompt, buffer)
        while let key = key() {
            switch buffer.press(key) {
            case .editing: show(prompt, buffer)
            case .choices(let choices):
                write("\n" + choices.joined(separator: "  ") + "\n")
                show(prompt, buffer)
            case .abandoned:
                write("^C\n")
                buffer = LineBuffer(history: history, words: words)
                show(prompt, buffer)
            case .end:
                write("\n")
                return nil
            case .line(let text):
                write("\n")
                remember(text)
                return text
            }
        }
        return nil
    }

    private func remember(_ text: String) {
        guard !text.allSatisfy({ $0.isWhitespace }), history.last != text else { return }
        history = Array((history + [text]).suffix(Self.historyLength))
        // The line counts, not whether it can be kept.
        try? OwnersFile.write(history.map { $0 + "\n" }.joined().utf8, to: historyPath)
    }

    private func show(_ prompt: String, _ buffer: LineBuffer) {
        let back = buffer.text.count - buffer.cursor
        write("\r\u{1B}[K\(prompt)\(String(buffer.text))" + (back > 0 ? "\u{1B}[\(back)D" : ""))
    }

    private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    private func byte() -> UInt8? {
        var byte: UInt8 = 0
        return read(0, &byte, 1) == 1 ? byte : nil
    }

    /// The next key; `nil` at the end.
    private func key() -> LineBuffer.Key? {
        while let byte = byte() {
            switch byte {
            case 0x01: return .home
            case 0x03: return .interrupt
            case 0x04: return .endOfFile
            case 0x05: return .end
            case 0x08, 0x7f: return .backspace
            case 0x09: return .tab
            case 0x0a, 0x0d: return .enter
            case 0x0b: return .killToEnd
            case 0x15: return .killToStart
            case 0x17: return .killWord
            case 0x1b: if let key = LineBuffer.Key(escape: self.byte) { return key }
            case 0x20...0x7e: return .character(Character(UnicodeScalar(byte)))
            case 0xc2...0xf4:
                // UTF-8: as many bytes as the first says.
                var bytes = [byte]
                for _ in 0..<(byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1) { if let next = self.byte() { bytes.append(next) } }
                if let character = String(validating: bytes, as: UTF8.self)?.first { return .character(character) }
            default: continue
            }
        }
        return nil
    }
}
