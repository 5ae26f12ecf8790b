import LearningTask
import Primitives
import Testing

@Suite("Texts of a task") struct LearningTaskTests {
    /// `count` sentences of words that no other prefix has.
    private func sentences(_ prefix: String, _ count: Int) -> [String] {
        (0..<count).map { index in (0..<9).map { "\(prefix)\(index)x\($0)" }.joined(separator: " ") }
    }

    private func pool(_ prefix: String, _ count: Int) throws -> TextPool { try TextPool(sentences(prefix, count)) }

    @Test("one set of sentences has one file and one root") func oneRoot() throws {
        let one = try TextPool(["b is here.", "a was there.", "b is here."])
        let other = try TextPool(["a was there.", "b is here."])
        #expect(one == other)
        #expect(one.sentences.count == 2)
        #expect(try TextPool(bytes: one.bytes, root: one.root) == one)
        // The same by a shell: printf of both lines in order of their sha256sum, and the sha256sum of that.
        let lines = ["a was there.", "b is here."].sorted { SHA256.hash(Array($0.utf8)) < SHA256.hash(Array($1.utf8)) }
        #expect(one.root == SHA256.hash(Array((lines.joined(separator: "\n") + "\n").utf8)))
    }

    @Test(
        "bytes that are no pool are refused",
        arguments: [
            ("", LearningTaskError.missingFinalLineFeed), ("a", .missingFinalLineFeed), ("\n", .badSentence(.empty, line: 1)),
            (" a\n", .badSentence(.blanks, line: 1)), ("a  b\n", .badSentence(.blanks, line: 1)),
            ("a\tb\n", .badSentence(.unprintable(9), line: 1)), ("é\n", .badSentence(.unprintable(0xC3), line: 1)),
            (String(repeating: "a", count: 257) + "\n", .badSentence(.tooLong(characters: 257), line: 1)),
            ("a\na\n", .wrongOrder(line: 2)),
        ] as [(String, LearningTaskError)])
    func refused(_ text: String, _ error: LearningTaskError) throws {
        #expect(throws: error) { _ = try TextPool(bytes: Array(text.utf8)) }
    }

    @Test("another root, and lines out of order") func wrongRootAndOrder() throws {
        let pool = try pool("w", 3)
        #expect(throws: LearningTaskError.wrongRoot(expected: .zero, actual: pool.root)) {
            _ = try TextPool(bytes: pool.bytes, root: .zero)
        }
        let backwards = pool.sentences.reversed().map { $0 + "\n" }.joined()
        #expect(throws: LearningTaskError.wrongOrder(line: 2)) { _ = try TextPool(bytes: Array(backwards.utf8)) }
    }

    @Test("parts that share nothing make a task") func disjoint() throws {
        let task = try LearningTask(train: pool("t", 600), dev: pool("d", 512), pool: pool("p", 4096), general: pool("g", 5000))
        #expect(task[.dev].sentences.count == 512)
    }

    @Test("a shared run of eight words, whatever its case and signs, is found") func sharedRun() throws {
        let train = try TextPool(sentences("t", 600) + ["One two three four five six seven eight nine."])
        let general = try TextPool(sentences("g", 5000) + ["He said: two THREE four, five six seven eight nine; and left."])
        #expect(throws: LearningTaskError.self) {
            _ = try LearningTask(train: train, dev: pool("d", 512), pool: pool("p", 4096), general: general)
        }
    }

    @Test("too few sentences are refused by name") func counts() throws {
        #expect(throws: LearningTaskError.wrongCount(.dev, expected: 512...512, actual: 511)) {
            _ = try LearningTask(train: pool("t", 600), dev: pool("d", 511), pool: pool("p", 4096), general: pool("g", 5000))
        }
    }

    @Test("typographic signs are folded, other scripts left out") func normalForm() {
        #expect(SentenceNormalizer.normalForm("  “It’s\u{a0}here” — now… ") == "\"It's here\" - now...")
        #expect(SentenceNormalizer.normalForm("naïve") == nil)
        #expect(SentenceNormalizer.normalForm("   ") == nil)
        #expect(SentenceNormalizer.normalForm(String(repeating: "a", count: 100_000)) == nil)
    }

    /// Computed by hashlib in Python from the rule's text.
    @Test("a slice is what the rule draws") func slice() throws {
        let seed = SHA256.hash(Array("seed".utf8))
        let root = SHA256.hash(Array("pool".utf8))
        #expect(
            GuardSlice.draw(seed: seed, poolRoot: root, poolCount: 5000, count: 12) == [
                3665, 4498, 86, 3636, 2192, 671, 887, 3091, 1694, 4809, 379, 3013,
            ])
        #expect(GuardSlice.draw(seed: seed, poolRoot: root, poolCount: 7, count: 9) == [5, 6, 0, 3, 1, 4, 2])
        #expect(GuardSlice.draw(seed: seed, poolRoot: root, poolCount: 0, count: 9) == [])
    }

    @Test("a source is divided the same way whatever its order, and judging text is never trained on") func split() throws {
        let source =
            sentences("t", 6000) + ["One two three four five six seven eight nine.", "Then one two three four five six seven eight."]
        var split = TaskSplit()
        split.poolCount = 4096
        let task = try split.task(of: source, general: sentences("g", 5000))
        #expect(try split.task(of: source.reversed(), general: sentences("g", 5000).reversed()) == task)
        #expect(task.dev.sentences.count == 512)
        #expect(task.pool.sentences.count == 4096)
        #expect(throws: LearningTaskError.self) { _ = try split.task(of: source.prefix(3000), general: sentences("g", 5000)) }
    }

    /// One word may be one token, which predicts nothing.
    @Test("a sentence of one word trains and never judges") func oneWord() throws {
        for part in [TaskPart.dev, .pool, .general] {
            func texts(_ other: TaskPart, _ prefix: String, _ count: Int) throws -> TextPool {
                try part == other ? TextPool(sentences(prefix, count - 1) + ["Alone"]) : pool(prefix, count)
            }
            #expect(throws: LearningTaskError.oneWord(part, "Alone")) {
                _ = try LearningTask(
                    train: pool("t", 600), dev: texts(.dev, "d", 512), pool: texts(.pool, "p", 4096), general: texts(.general, "g", 5000))
            }
        }
        var split = TaskSplit()
        split.poolCount = 4096
        let words = (0..<300).map { "Word\($0)" }
        let task = try split.task(of: sentences("t", 6000) + words, general: sentences("g", 5000) + ["Alone"])
        #expect(Set(words).isSubset(of: task.train.sentences) && task.general.sentences.count == 5000)
    }
}
