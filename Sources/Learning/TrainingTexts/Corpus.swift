/// A text to train on: its lines, each a sentence or a short passage.
public struct Corpus: Equatable, Sendable {
    /// The lines in file order, without line ends, surrounding blanks and empty lines.
    public let lines: [String]

    /// Reads a text file.
    ///
    /// Lines end with a line feed, or a carriage return and a line feed; a leading byte order mark and empty lines
    /// are passed over.
    ///
    /// - Throws: `invalidUTF8` or `unprintableByte` with the line where the file is not text, `noText` where
    ///   nothing but blanks is in it.
    public init(bytes: [UInt8]) throws(TrainingTextsError) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        var lines: [String] = []
        for (index, raw) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = Self.trimmed(raw)
            if line.isEmpty { continue }
            if let byte = line.first(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) {
                throw .unprintableByte(byte, line: index + 1)
            }
            guard let string = String(validating: line, as: UTF8.self) else { throw .invalidUTF8(line: index + 1) }
            lines.append(string)
        }
        guard !lines.isEmpty else { throw .noText }
        self.lines = lines
    }

    /// `line` without the blanks, tabs and carriage returns around it.
    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        guard let first = line.firstIndex(where: { !isBlank($0) }), let last = line.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return line[first...last]
    }
}
