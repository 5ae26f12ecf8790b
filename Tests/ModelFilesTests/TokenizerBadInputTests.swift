import Foundation
import ModelFiles
import Testing

@Suite struct TokenizerBadInputTests {
    private func json(_ replacements: [(String, String)]) throws -> [UInt8] {
        var text = try vectorText("llama3.tokenizer.json")
        for (old, new) in replacements {
            let range = try #require(text.firstRange(of: old), "\(old)")
            text.replaceSubrange(range, with: new)
        }
        return Array(text.utf8)
    }

    @Test func refusesWhatItWouldReadWrongly() throws {
        for (old, new) in [
            (#""type":"BPE""#, #""type":"Unigram""#),
            (#""dropout":null"#, #""dropout":0.1"#),
            (#""byte_fallback":false"#, #""byte_fallback":true"#),
            (#""fuse_unk":false"#, #""fuse_unk":true"#),
            (#""continuing_subword_prefix":null"#, #""continuing_subword_prefix":"@@""#),
            (#""normalizer":null"#, #""normalizer":{"type":"Lowercase"}"#),
            (#"\\p{N}{1,3}"#, #"\\p{N}{1,4}"#),
            (#""behavior":"Isolated""#, #""behavior":"Removed""#),
            (#""add_prefix_space":false"#, #""add_prefix_space":true"#),
            (#""lstrip":false"#, #""lstrip":true"#),
            (#""decoder":{"type":"ByteLevel""#, #""decoder":{"type":"WordPiece""#),
        ] {
            let bytes = try json([(old, new)])
            #expect(throws: ModelFileError.self, "\(new)") { try Tokenizer(huggingFace: FileBytes(bytes)) }
        }
    }

    @Test func refusesInconsistentVocabularies() throws {
        for (old, new) in [
            (#""!":3"#, #""!":4"#), (#""!":3"#, #""!":-3"#), (#""!":3"#, #""!":99999999999"#), (#""!":3"#, #""!":"x""#),
            (#""merges":[["#, #""merges":[["no such token","x"],["#), (#""merges":[["#, #""merges":[["","x"],["#),
            (#""merges":[["#, #""merges":["nospace",["#), (#""ids":[1]"#, #""ids":[99999]"#), (#""ids":[1]"#, #""ids":["1"]"#),
            (#""merges":"#, #""murges":"#), (#""vocab":"#, #""vacob":"#),
        ] {
            let bytes = try json([(old, new)])
            #expect(throws: ModelFileError.self, "\(new)") { try Tokenizer(huggingFace: FileBytes(bytes)) }
        }
    }

    @Test func acceptsMergesWrittenAsStrings() throws {
        let bytes = try vectorBytes("smollm.tokenizer.json")
        var file = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        var model = try #require(file["model"] as? [String: Any])
        let pairs = try #require(model["merges"] as? [[String]])
        model["merges"] = pairs.map { $0.joined(separator: " ") }
        file["model"] = model
        let rewritten = [UInt8](try JSONSerialization.data(withJSONObject: file))
        let tokenizer = try Tokenizer(huggingFace: FileBytes(rewritten))
        let original = try Tokenizer(huggingFace: FileBytes(bytes))
        #expect(tokenizer.encode("the quick brown fox") == original.encode("the quick brown fox"))
    }

    @Test func survivesDamage() throws {
        let bytes = try vectorBytes("smollm.tokenizer.json")
        let refused = corrupt(bytes, count: 40) { damaged in
            let tokenizer = try Tokenizer(huggingFace: FileBytes(damaged))
            _ = tokenizer.decode(tokenizer.encode("Hello 123 wörld"))
        }
        #expect(refused >= 40)
        let head = corrupt(bytes, count: 40, within: 900) { _ = try Tokenizer(huggingFace: FileBytes($0)) }
        #expect(head > 60)
    }

    @Test func refusesUnknownTokenizersInGGUF() throws {
        // The tiny model has no tokenizer at all.
        #expect(throws: ModelFileError.missingKey("tokenizer.ggml.model")) { try Tokenizer(GGUFFile(path: vector("tiny-llama.gguf"))) }
        var builder = GGUFBuilder()
        builder.entry("tokenizer.ggml.model", type: 8, GGUFBuilder.string("llama"))
        #expect(throws: ModelFileError.self) { try Tokenizer(GGUFFile(FileBytes(builder.bytes))) }
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "\"\\ud800\"", "\"\u{1}\"", "nul", "1 2", "-", "1.", "\"\\x\""])
    func refusesMalformedJSON(text: String) {
        #expect(throws: ModelFileError.self) { try Tokenizer(huggingFace: FileBytes(Array(text.utf8))) }
    }

    @Test func boundsNesting() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: ModelFileError.self) { try Tokenizer(huggingFace: FileBytes(Array(text.utf8))) }
    }

    /// Text of nothing but combining marks, for which normal forms take time that grows with the square of the length.
    @Test func textWithoutEndOfMarks() throws {
        let tokenizer = try Tokenizer(huggingFace: FileBytes(mapping: vector("qwen2.tokenizer.json")))
        #expect(tokenizer.normalization == .nfc)
        let marks = String(repeating: "\u{315}\u{316}", count: 10_000)
        #expect(tokenizer.decode(tokenizer.encode(marks, addingSpecialTokens: false)).utf8.elementsEqual(marks.utf8))
    }
}
