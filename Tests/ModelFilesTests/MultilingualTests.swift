import Foundation
import ModelFiles
import Primitives
import TestSupport
import Testing

/// Ten thousand lines in many scripts, token by token as the reference library has them.
@Suite struct MultilingualTests {
    let corpus: MultilingualCorpus

    init() throws { corpus = try JSONDecoder().decode(MultilingualCorpus.self, from: Data(vectorBytes("multilingual.json"))) }

    /// Which of `counts` is checked: all lines in release; the first thousand in debug, where they take seconds.
    private var index: Int {
        var isDebug = false
        assert({ isDebug = true }() == ())
        return isDebug ? 0 : 1
    }

    @Test(arguments: ["smollm", "llama3", "qwen2", "deepseek", "default-model"])
    func everyTokenAgrees(name: String) throws {
        let lines = corpus.lines(corpus.counts[index])
        #expect(corpus.counts == [1000, 10_000])
        #expect(SHA256.hash(Array(lines.joined(separator: "\0").utf8)).bytes.bareHex == corpus.digests["corpus"]?[index])
        let tokenizer: Tokenizer
        if name == "default-model" {
            guard let path = Present.defaultModel else { return }
            tokenizer = try Tokenizer(GGUFFile(path: path))
        } else {
            tokenizer = try Tokenizer(huggingFace: FileBytes(mapping: vector("\(name).tokenizer.json")))
        }
        var bytes: [UInt8] = []
        for line in lines {
            for id in tokenizer.encode(line) + [-1] { withUnsafeBytes(of: id.littleEndian) { bytes.append(contentsOf: $0) } }
        }
        #expect(SHA256.hash(bytes).bytes.bareHex == corpus.digests[name]?[index])
    }
}
