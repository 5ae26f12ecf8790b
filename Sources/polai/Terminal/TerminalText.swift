/// Text of others on the terminal.
enum TerminalText {
    /// The text with marks in the place of control characters, but for ends of lines and tabs: a node's answer moves no cursor, names no
    /// window and types nothing.
    static func shown(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { shown.append(isControl(scalar) ? "\u{fffd}" : scalar) }
        return String(shown)
    }

    /// C0 and C1 of ISO/IEC 6429, and DEL.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a: false
        case 0...0x1f, 0x7f...0x9f: true
        default: false
        }
    }
}
