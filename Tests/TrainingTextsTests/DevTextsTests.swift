import Primitives
import Testing
import TrainingTexts

@Suite struct DevTextsTests {
    let bytes = TrainingTexts.devTextsBytes

    /// The lines of the shipped file with one of them replaced, as a file again.
    func file(replacing index: Int, by line: [UInt8]) -> [UInt8] {
        var lines = bytes.dropLast().split(separator: 0x0A).map(Array.init)
        lines[index] = line
        return Array(lines.joined(separator: [0x0A])) + [0x0A]
    }

    /// Reads `bytes` against their own root, so that only their form can be at fault.
    func read(_ bytes: [UInt8]) throws(TrainingTextsError) -> DevTexts {
        try DevTexts(bytes: bytes, root: SHA256.hash(bytes))
    }

    @Test func theShippedFileIsTaken() throws {
        let texts = try DevTexts(bytes: bytes)
        #expect(texts.sentences.count == DevTexts.count)
        #expect(Array((texts.sentences.joined(separator: "\n") + "\n").utf8) == bytes)
    }

    @Test func anotherTextIsTakenUnderItsOwnRootOnly() throws {
        let other = file(replacing: 100, by: Array("Another sentence.".utf8))
        #expect(try read(other).sentences[100] == "Another sentence.")
        #expect(throws: TrainingTextsError.wrongRoot(expected: DevTexts.root, actual: SHA256.hash(other))) {
            try DevTexts(bytes: other)
        }
    }

    @Test(arguments: [0, 1, 20_000, 47_399])
    func aChangedByteIsRefused(at index: Int) {
        var changed = bytes
        changed[index] = changed[index] == 0x61 ? 0x62 : 0x61
        #expect(throws: TrainingTextsError.self) { try DevTexts(bytes: changed) }
    }

    @Test func aMissingOrAddedLineIsRefused() {
        let first = bytes.firstIndex(of: 0x0A) ?? 0
        #expect(throws: TrainingTextsError.wrongLineCount(expected: 512, actual: 511)) {
            try read(Array(bytes[(first + 1)...]))
        }
        #expect(throws: TrainingTextsError.wrongLineCount(expected: 512, actual: 513)) {
            try read(bytes + Array("One more.\n".utf8))
        }
        #expect(throws: TrainingTextsError.wrongLineCount(expected: 512, actual: 1)) { try read([0x0A]) }
    }

    @Test func aFileCutShortIsRefused() {
        #expect(throws: TrainingTextsError.missingFinalLineFeed) { try read(bytes.dropLast()) }
        #expect(throws: TrainingTextsError.missingFinalLineFeed) { try read([]) }
    }

    @Test func lineLengthIsBounded() throws {
        let longest = [UInt8](repeating: 0x61, count: DevTexts.maximumLength)
        #expect(try read(file(replacing: 7, by: longest)).sentences[7].count == 256)
        #expect(throws: TrainingTextsError.lineTooLong(8, characters: 257, limit: 256)) {
            try read(file(replacing: 7, by: longest + [0x61]))
        }
        #expect(throws: TrainingTextsError.emptyLine(8)) { try read(file(replacing: 7, by: [])) }
    }

    @Test(arguments: [0x00, 0x09, 0x0D, 0x1F, 0x7F, 0x80, 0xFF] as [UInt8])
    func onlyPrintableASCIIIsTaken(byte: UInt8) {
        #expect(throws: TrainingTextsError.unprintableByte(byte, line: 512)) {
            try read(file(replacing: 511, by: [0x61, byte]))
        }
    }

    @Test func errorsSayWhatToDo() {
        let error = TrainingTextsError.wrongLineCount(expected: 512, actual: 3)
        #expect(error.description == "the dev texts must have 512 lines, got 3; use the file that belongs to this chain")
    }
}
