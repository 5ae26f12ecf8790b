import Primitives
import Testing
import TrainingTexts

/// What is promised of the texts that come with the software.
@Suite struct DefaultTextsTests {
    let devTexts: [String]
    let corpus: [String]

    init() throws {
        devTexts = try TrainingTexts.devTexts.sentences
        corpus = try TrainingTexts.corpus.lines
    }

    @Test func theDevTextsAre512SentencesOfReadableLength() {
        #expect(devTexts.count == 512)
        for text in devTexts {
            #expect((60...256).contains(text.utf8.count), "\(text)")
            #expect(text.hasSuffix(".") || text.hasSuffix("?"), "\(text)")
        }
    }

    @Test func theCorpusIsEnoughForTensOfRounds() {
        #expect((1_600...2_200).contains(corpus.count))
        #expect((200_000...280_000).contains(TrainingTexts.corpusBytes.count))
        for line in corpus { #expect((30...400).contains(line.utf8.count), "\(line)") }
    }

    @Test func bothArePrintableASCIIWithoutStrayBlanks() {
        for line in devTexts + corpus {
            #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(line)")
            #expect(!line.contains("  ") && line.first != " " && line.last != " ", "\(line)")
        }
    }

    @Test func noLineStandsTwice() {
        let words = (devTexts + corpus).map { $0.words.joined(separator: " ") }
        #expect(Set(words).count == words.count)
    }

    @Test func theyShareNoSentence() {
        let shared = Set(devTexts.flatMap(\.sentences)).intersection(corpus.flatMap(\.sentences))
        #expect(shared.isEmpty, "\(shared)")
    }

    @Test func theyShareNoRunOfEightWords() {
        let shared = Set(devTexts.flatMap { $0.runs(of: 8) }).intersection(corpus.flatMap { $0.runs(of: 8) })
        #expect(shared.isEmpty, "\(shared)")
    }

    /// The two checks above rest on this: a text shares every run with itself, and runs are blind to case and points.
    @Test func runsAreFoundAcrossCaseAndPunctuation() {
        let text = "At noon, in the Haven: nine hands; it's slack."
        #expect(text.runs(of: 8) == ["at noon in the haven nine hands its", "noon in the haven nine hands its slack"])
        #expect("One two. Three four! Five?".sentences == ["one two", "three four", "five"])
    }

    @Test func theCorpusSpeaksOfWhatTheDevTextsSpeakOf() {
        let known = Set(corpus.flatMap(\.words))
        let words = devTexts.flatMap(\.words)
        let strange = words.filter { !known.contains($0) }
        #expect(strange.count * 20 < words.count, "\(strange.count) of \(words.count) words are not in the corpus")
    }

    @Test func theRootIsTheHashOfTheFile() {
        #expect(DevTexts.root.hex == "0xa40be68da9419ecdd268db1bd04657cf156ed7640503fb2b768cf0c63e4fe778")
        #expect(SHA256.hash(TrainingTexts.devTextsBytes) == DevTexts.root)
    }
}

extension String {
    /// The words, in lower case, without apostrophes and points.
    fileprivate var words: [String] {
        lowercased().filter { $0 != "'" }.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// The sentences as runs of their words.
    fileprivate var sentences: [String] {
        split { ".!?".contains($0) }.map { String($0).words.joined(separator: " ") }.filter { !$0.isEmpty }
    }

    /// All runs of `count` consecutive words.
    fileprivate func runs(of count: Int) -> [String] {
        let words = words
        guard words.count >= count else { return [] }
        return (0...(words.count - count)).map { words[$0..<($0 + count)].joined(separator: " ") }
    }
}
