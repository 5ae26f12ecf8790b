import Foundation
import ModelFiles
import TestSupport
import Testing

struct TokenizerVector: Decodable {
    let text: String
    let ids: [Int32]
    /// What the ids give back, where that is not the text.
    let decoded: String?

    /// The rows of a vector file.
    static func rows(_ url: URL) throws -> [TokenizerVector] {
        let decoder = JSONDecoder()
        return try Data(contentsOf: url).split(separator: 0x0a).map { try decoder.decode(Self.self, from: $0) }
    }
}

@Suite struct TokenizerTests {
    static let styles = ["smollm", "llama3", "qwen2", "deepseek"]

    static func check(_ tokenizer: Tokenizer, _ rows: [TokenizerVector]) -> (encoded: Int, decoded: Int) {
        var differing = (encoded: 0, decoded: 0)
        for row in rows {
            if tokenizer.encode(row.text) != row.ids {
                if differing.encoded < 3 {
                    print(
                        "differs:", row.text.debugDescription, tokenizer.encode(row.text).map { tokenizer.decode([$0]) },
                        row.ids.map { tokenizer.decode([$0]) })
                }
                differing.encoded += 1
            }
            if tokenizer.decode(row.ids).utf8.elementsEqual((row.decoded ?? row.text).utf8) == false { differing.decoded += 1 }
            var stream = TokenStreamDecoder(tokenizer, skippingSpecialTokens: false)
            let streamed = row.ids.map { stream.append($0) }.joined() + stream.finish()
            if !streamed.utf8.elementsEqual((row.decoded ?? row.text).utf8) { differing.decoded += 1 }
        }
        return differing
    }

    @Test(arguments: styles)
    func agreesWithTheReference(style: String) throws {
        let tokenizer = try Tokenizer(huggingFace: FileBytes(mapping: vector("\(style).tokenizer.json")))
        let rows = try TokenizerVector.rows(URL(filePath: vector("\(style).jsonl")))
        #expect(rows.count == 120)
        #expect(Self.check(tokenizer, rows) == (0, 0))
    }

    @Test(.needsDefaultModel)
    func agreesWithTheReferenceOnTheDefaultModel() throws {
        let tokenizer = try Tokenizer(GGUFFile(path: #require(Present.defaultModel)))
        #expect(tokenizer.vocabularySize == 49_152)
        #expect(tokenizer.endToken == 2)
        #expect(tokenizer.encode("Hello, world! 42") == [19556, 28, 905, 17, 216, 36, 34])
        #expect(Self.check(tokenizer, try TokenizerVector.rows(URL(filePath: vector("default-model.jsonl")))) == (0, 0))
    }

    /// The long check: `scripts/vectors/tokenizer_vectors.py LINES FOLDER`, then this with the folder's path.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["POLAI_TOKENIZER_VECTORS"] != nil))
    func agreesWithTheReferenceOnALongCorpus() throws {
        let folder = URL(filePath: ProcessInfo.processInfo.environment["POLAI_TOKENIZER_VECTORS"] ?? "")
        for style in Self.styles + ["default-model"] {
            let json = folder.appending(path: "\(style).tokenizer.json").path
            let tokenizer =
                style == "default-model"
                ? try Tokenizer(GGUFFile(path: #require(Present.defaultModel))) : try Tokenizer(huggingFace: FileBytes(mapping: json))
            let rows = try TokenizerVector.rows(folder.appending(path: "\(style).jsonl"))
            let clock = ContinuousClock()
            let bytes = rows.reduce(0) { $0 + $1.text.utf8.count }
            let time = clock.measure { for row in rows { _ = tokenizer.encode(row.text) } }
            let differing = Self.check(tokenizer, rows)
            print(style, rows.count, "lines", bytes, "bytes", time, "differing", differing)
            #expect(differing == (0, 0))
        }
    }

    @Test func addsTheTemplatesTokens() throws {
        let tokenizer = try Tokenizer(huggingFace: FileBytes(mapping: vector("llama3.tokenizer.json")))
        #expect(tokenizer.encode("a").first == 1)
        #expect(tokenizer.encode("a", addingSpecialTokens: false) == Array(tokenizer.encode("a").dropFirst()))
        #expect(tokenizer.encode("") == [1])
    }

    @Test func parsesControlTokensOnlyWhenAsked() throws {
        let tokenizer = try Tokenizer(huggingFace: FileBytes(mapping: vector("smollm.tokenizer.json")), beginToken: 1, endToken: 2)
        let text = "x<|im_end|>y"
        #expect(tokenizer.id(of: "<|im_end|>") == 2)
        #expect(tokenizer.encode(text).contains(2))
        let plain = tokenizer.encode(text, parsingAddedTokens: false)
        #expect(!plain.contains(2))
        #expect(tokenizer.decode(plain) == text)
        #expect(tokenizer.decode(tokenizer.encode(text), skippingSpecialTokens: true) == "xy")
        #expect(tokenizer.isSpecial(2))
        #expect((tokenizer.beginToken, tokenizer.endToken) == (1, 2))
    }

    @Test func decodesAnythingInPieces() throws {
        let tokenizer = try Tokenizer(huggingFace: FileBytes(mapping: vector("smollm.tokenizer.json")))
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            // Random ids give malformed UTF-8 and ids outside the vocabulary.
            let ids = (0..<30).map { _ in Int32.random(in: -2..<Int32(tokenizer.vocabularySize) + 3, using: &random) }
            var stream = TokenStreamDecoder(tokenizer, skippingSpecialTokens: false)
            var streamed = ""
            for id in ids {
                let part = stream.append(id)
                streamed += part
            }
            streamed += stream.finish()
            #expect(streamed.utf8.elementsEqual(tokenizer.decode(ids).utf8))
        }
    }

    @Test func mergesLongPiecesLikeShortOnes() throws {
        let tokenizer = try Tokenizer(huggingFace: FileBytes(mapping: vector("smollm.tokenizer.json")))
        var random = SeededGenerator(seed: 9)
        for length in [65, 100, 500] {
            let word = String((0..<length).map { _ in "etaoinshr".randomElement(using: &random) ?? "e" })
            #expect(tokenizer.decode(tokenizer.encode(word)) == word)
        }
        // A megabyte without a break must not take the square of its length.
        let long = String(repeating: "abcdefgh", count: 1 << 15)
        #expect(tokenizer.decode(tokenizer.encode(long)) == long)
    }
}
