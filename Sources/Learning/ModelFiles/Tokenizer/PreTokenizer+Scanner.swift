extension PreTokenizer.Rule {
    /// Appends to `cuts` the end of every piece of `range`, which is not empty. `cuts` ends with its start.
    func cut(_ text: ClassifiedText, _ range: Range<Int>, into cuts: inout [Int]) {
        let scanner = RuleScanner(text: text, end: range.upperBound)
        var gap = range.lowerBound
        var index = gap
        while index < range.upperBound {
            guard let end = scanner.match(self, at: index) else {
                index += 1
                continue
            }
            // What no alternative matched becomes one piece.
            if gap < index { cuts.append(index) }
            cuts.append(end)
            (gap, index) = (end, end)
        }
        if gap < range.upperBound { cuts.append(range.upperBound) }
    }
}

/// Matches one rule's alternatives in their order, as a backtracking regular-expression engine would.
private struct RuleScanner {
    let text: ClassifiedText
    /// The end of the piece: nothing is seen beyond it, not even by a look-ahead.
    let end: Int

    /// The end of the match that begins at `index`, or `nil`.
    func match(_ rule: PreTokenizer.Rule, at index: Int) -> Int? {
        switch rule {
        case .singleDigits: isIn(index, .number) ? index + 1 : nil
        case .digitTriples: digits(index, maximum: 3)
        case .ideographs:
            nonEmpty(
                run(index) {
                    let value = text.scalars[$0]
                    return (0x4e00...0x9fa5).contains(value) || (0x3040...0x30ff).contains(value)
                }, from: index)
        case .gpt2: gpt2(index)
        case .llama3(let maximumDigits): llama3(index, maximumDigits: maximumDigits)
        case .deepSeek: deepSeek(index)
        }
    }

    private func gpt2(_ index: Int) -> Int? {
        if let end = contraction(index, ignoringCase: false) { return end }
        // " ?" takes the space only when the class follows.
        let first = text.scalars[index] == 0x20 && index + 1 < end ? index + 1 : index
        if isIn(first, .letter) { return run(first) { isIn($0, .letter) } }
        if isIn(first, .number) { return run(first) { isIn($0, .number) } }
        if isOther(first) { return run(first, isOther) }
        return spaces(index)
    }

    private func llama3(_ index: Int, maximumDigits: Int) -> Int? {
        if let end = contraction(index, ignoringCase: true) { return end }
        if isIn(index, .letter) { return run(index) { isIn($0, .letter) } }
        if !isIn(index, [.number, .newline]), isIn(index + 1, .letter) { return run(index + 1) { isIn($0, .letter) } }
        if let end = digits(index, maximum: maximumDigits) { return end }
        let first = text.scalars[index] == 0x20 ? index + 1 : index
        if first < end, isOther(first) { return newlines(run(first, isOther)) }
        return lineEnd(index) ?? spaces(index)
    }

    private func deepSeek(_ index: Int) -> Int? {
        if isASCIIPunctuation(index), isIn(index + 1, .asciiLetter) { return run(index + 1) { isIn($0, .asciiLetter) } }
        if isIn(index, [.letter, .mark]) { return run(index) { isIn($0, [.letter, .mark]) } }
        if !isIn(index, [.symbol, .newline]), isIn(index + 1, [.letter, .mark]) {
            return run(index + 1) { isIn($0, [.letter, .mark]) }
        }
        let first = text.scalars[index] == 0x20 ? index + 1 : index
        if isIn(first, .symbol) { return newlines(run(first) { isIn($0, .symbol) }) }
        return lineEnd(index) ?? spaces(index)
    }

    // MARK: Alternatives

    /// `'s|'t|'re|'ve|'m|'ll|'d`
    private func contraction(_ index: Int, ignoringCase: Bool) -> Int? {
        guard text.scalars[index] == 0x27, index + 1 < end else { return nil }
        func letter(_ index: Int) -> UInt8? {
            let value = text.scalars[index]
            switch value {
            case 0x61...0x7a: return UInt8(value)
            case 0x41...0x5a where ignoringCase: return UInt8(value + 32)
            // The long s folds to s.
            case 0x17f where ignoringCase: return UInt8(ascii: "s")
            default: return nil
            }
        }
        guard let first = letter(index + 1) else { return nil }
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return index + 2
        default: break
        }
        guard index + 2 < end, let second = letter(index + 2) else { return nil }
        switch (first, second) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return index + 3
        default: return nil
        }
    }

    /// `\p{N}{1,maximum}`
    private func digits(_ index: Int, maximum: Int) -> Int? {
        var last = index
        while last < end, last - index < maximum, isIn(last, .number) { last += 1 }
        return nonEmpty(last, from: index)
    }

    /// `\s*[\r\n]+`: up to the last line end of the white space.
    private func lineEnd(_ index: Int) -> Int? {
        var last = run(index) { isIn($0, .space) }
        while last > index, !isIn(last - 1, .newline) { last -= 1 }
        return nonEmpty(last, from: index)
    }

    /// `\s+(?!\S)|\s+`: white space, less its last character when a word follows.
    private func spaces(_ index: Int) -> Int? {
        let last = run(index) { isIn($0, .space) }
        return nonEmpty(last < end && last - index > 1 ? last - 1 : last, from: index)
    }

    /// `[\r\n]*`
    private func newlines(_ index: Int) -> Int { run(index) { isIn($0, .newline) } }

    // MARK: Characters

    @inline(__always)
    private func isIn(_ index: Int, _ classes: CharacterClass) -> Bool {
        index < end && !text.classes[index].isDisjoint(with: classes)
    }

    /// `[^\s\p{L}\p{N}]`
    @inline(__always)
    private func isOther(_ index: Int) -> Bool { !isIn(index, [.space, .letter, .number]) }

    private func isASCIIPunctuation(_ index: Int) -> Bool {
        text.scalars[index] < 0x80 && isIn(index, .symbol)
    }

    /// The first index from `index` on where `belongs` does not hold.
    @inline(__always)
    private func run(_ index: Int, _ belongs: (Int) -> Bool) -> Int {
        var index = index
        while index < end, belongs(index) { index += 1 }
        return index
    }

    private func nonEmpty(_ end: Int, from index: Int) -> Int? { end > index ? end : nil }
}
