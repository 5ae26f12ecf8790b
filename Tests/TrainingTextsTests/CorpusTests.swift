import Testing
import TrainingTexts

@Suite struct CorpusTests {
    func lines(_ text: String) throws -> [String] { try Corpus(bytes: Array(text.utf8)).lines }

    @Test func linesAreTrimmedAndEmptyOnesPassedOver() throws {
        #expect(try lines("one\ntwo\n") == ["one", "two"])
        #expect(try lines("one\r\n\r\n  \t\n two\twords \r\nthree") == ["one", "two\twords", "three"])
        #expect(try lines("\u{FEFF}one\n") == ["one"])
    }

    @Test func otherLanguagesAreText() throws {
        #expect(try lines("Gezeitenmühle\n潮汐磨坊\n") == ["Gezeitenmühle", "潮汐磨坊"])
    }

    @Test func theShippedCorpusIsTakenLineByLine() throws {
        let corpus = try TrainingTexts.corpus
        #expect(Array((corpus.lines.joined(separator: "\n") + "\n").utf8) == TrainingTexts.corpusBytes)
    }

    @Test(arguments: ["", "\n", " \r\n\t\n", "\u{FEFF}"])
    func aTextWithoutTextIsRefused(text: String) {
        #expect(throws: TrainingTextsError.noText) { try Corpus(bytes: Array(text.utf8)) }
    }

    @Test func binaryIsRefusedWithItsLine() {
        #expect(throws: TrainingTextsError.unprintableByte(0, line: 2)) { try Corpus(bytes: [0x61, 0x0A, 0x62, 0x00, 0x63]) }
        #expect(throws: TrainingTextsError.unprintableByte(0x7F, line: 1)) { try Corpus(bytes: [0x61, 0x7F, 0x62]) }
        #expect(throws: TrainingTextsError.invalidUTF8(line: 3)) { try Corpus(bytes: [0x61, 0x0A, 0x0A, 0xC3, 0x28]) }
        #expect(throws: TrainingTextsError.invalidUTF8(line: 1)) { try Corpus(bytes: [0xED, 0xA0, 0x80]) }
    }
}
