/// Python's string operations, on code points and not on Swift's characters.
struct TemplateText {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    private init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Where `part` begins, from `start` on. Both are whole UTF-8, so a match is one of code points.
    private func find(_ part: TemplateText, from start: Int) -> Int? {
        guard let first = part.bytes.first else { return start }
        var place = start
        while place + part.bytes.count <= bytes.count {
            if bytes[place] == first, bytes[place..<place + part.bytes.count].elementsEqual(part.bytes) { return place }
            place += 1
        }
        return nil
    }

    func contains(_ part: TemplateText) -> Bool { find(part, from: 0) != nil }

    /// The index in code points of `part`, or −1.
    func index(of part: TemplateText) -> Int {
        find(part, from: 0).map { String(decoding: bytes[..<$0], as: UTF8.self).unicodeScalars.count } ?? -1
    }

    func count(of part: TemplateText) -> Int { part.bytes.isEmpty ? 0 : pieces(part, limit: .max).count - 1 }

    func hasPrefix(_ part: TemplateText) -> Bool { bytes.starts(with: part.bytes) }
    func hasSuffix(_ part: TemplateText) -> Bool {
        bytes.count >= part.bytes.count && bytes[(bytes.count - part.bytes.count)...].elementsEqual(part.bytes)
    }

    func replacing(_ old: TemplateText, _ new: TemplateText, limit: Int) -> TemplateText {
        guard !old.bytes.isEmpty else { return self }
        return TemplateText(pieces(old, limit: limit).joined(separator: new.bytes))
    }

    /// `str.split` at a separator that is not empty, or at white space.
    func split(_ separator: TemplateText?, limit: Int, fromEnd: Bool) -> [String] {
        guard let separator else { return splitAtSpaces(limit: limit, fromEnd: fromEnd) }
        var pieces = pieces(separator, limit: fromEnd ? .max : limit)
        while fromEnd, pieces.count - 1 > limit {
            let joined = Array(pieces[0]) + separator.bytes + Array(pieces[1])
            pieces.replaceSubrange(0...1, with: [joined[...]])
        }
        return pieces.map { String(decoding: $0, as: UTF8.self) }
    }

    private func pieces(_ separator: TemplateText, limit: Int) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while pieces.count < limit, let place = find(separator, from: start) {
            pieces.append(bytes[start..<place])
            start = place + separator.bytes.count
        }
        pieces.append(bytes[start...])
        return pieces
    }

    private func splitAtSpaces(limit: Int, fromEnd: Bool) -> [String] {
        let words = string.unicodeScalars.split { TemplateLexer.isSpace($0) }
        guard words.count > limit else { return words.map { String($0) } }
        let scalars = string.unicodeScalars
        if fromEnd {
            let end = words[words.count - limit - 1].endIndex
            return [String(scalars[..<end])] + words.suffix(limit).map { String($0) }
        }
        return words.prefix(limit).map { String($0) } + [String(scalars[words[limit].startIndex...])]
    }

    /// Without white space, or the characters of `set`, at its ends.
    func stripped(_ set: String?, start: Bool = true, end: Bool = true) -> String {
        let characters = set.map { Set($0.unicodeScalars) }
        func goes(_ scalar: Unicode.Scalar) -> Bool { characters?.contains(scalar) ?? TemplateLexer.isSpace(scalar) }
        var scalars = Substring(string).unicodeScalars
        while start, let first = scalars.first, goes(first) { scalars.removeFirst() }
        while end, let last = scalars.last, goes(last) { scalars.removeLast() }
        return String(scalars)
    }
}
