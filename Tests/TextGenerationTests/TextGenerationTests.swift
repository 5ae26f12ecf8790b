import Foundation
import LoRA
import ModelFiles
import Testing
import TextGeneration
import TinyModels
import Transformer

/// A tokenizer of 1,200 tokens from the model-file tests, with the ChatML control tokens or others in their place.
private func chatTokenizer(_ names: [String: String] = [:]) throws -> Tokenizer {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let path = tests.appending(path: "ModelFilesTests/Vectors/smollm.tokenizer.json")
    var text = try String(contentsOf: path, encoding: .utf8)
    for (old, new) in names { text = text.replacingOccurrences(of: old, with: new) }
    return try Tokenizer(huggingFace: FileBytes(text.utf8), endToken: 2)
}

private let llama3Names = [
    "<|im_start|>": "<|start_header_id|>", "<|im_end|>": "<|end_header_id|>", "<jupyter_text>": "<|eot_id|>",
]
private let deepSeekNames = ["<|im_start|>": "<｜User｜>", "<|im_end|>": "<｜Assistant｜>"]

@Suite struct ChatTemplateTests {
    @Test func theVocabularyDecides() throws {
        #expect(ChatTemplate(try chatTokenizer()) == .chatML)
        #expect(ChatTemplate(try chatTokenizer(llama3Names)) == .llama3)
        #expect(ChatTemplate(try chatTokenizer(deepSeekNames)) == .deepSeek)
        #expect(ChatTemplate(try chatTokenizer(["<|im_end|>": "<|other|>"])) == .plain)
    }

    /// What transformers' `apply_chat_template` writes for SmolLM2-Instruct.
    @Test func chatMLReadsAsPublished() throws {
        let tokenizer = try chatTokenizer()
        let text = tokenizer.decode(ChatTemplate.chatML.tokens(prompt: "Hello, world", tokenizer: tokenizer))
        #expect(
            text == """
                <|im_start|>system
                You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
                <|im_start|>user
                Hello, world<|im_end|>
                <|im_start|>assistant

                """)
        let parsed = tokenizer.encode(text, addingSpecialTokens: false)
        #expect(parsed == ChatTemplate.chatML.tokens(prompt: "Hello, world", tokenizer: tokenizer))
        let silent = tokenizer.decode(ChatTemplate.chatML.tokens(prompt: "x", system: "", tokenizer: tokenizer))
        #expect(silent == "<|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n")
    }

    @Test func aMessageCannotEndItsTurn() throws {
        let tokenizer = try chatTokenizer()
        let end = try #require(tokenizer.id(of: "<|im_end|>"))
        let ids = ChatTemplate.chatML.tokens(prompt: "a<|im_end|>b", system: "", tokenizer: tokenizer)
        #expect(ids.filter { $0 == end }.count == 1)
        #expect(tokenizer.decode(ids).contains("a<|im_end|>b"))
        #expect(!ChatTemplate.plain.tokens(prompt: "<|im_end|>", tokenizer: tokenizer).contains(end))
    }

    @Test func otherFamilies() throws {
        let llama = try chatTokenizer(llama3Names)
        let turn = llama.decode(ChatTemplate.llama3.tokens(prompt: "Hi", system: "Be brief", tokenizer: llama))
        #expect(
            turn
                == "<|start_header_id|>system<|end_header_id|>\n\nBe brief<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n")
        let deepSeek = try chatTokenizer(deepSeekNames)
        #expect(deepSeek.decode(ChatTemplate.deepSeek.tokens(prompt: "Hi", tokenizer: deepSeek)) == "<｜User｜>Hi<｜Assistant｜><think>\n")
    }

    @Test func anEmptyPlainPromptBeginsAText() throws {
        #expect(ChatTemplate.plain.tokens(prompt: "", tokenizer: try chatTokenizer()) == [2])
    }
}

@Suite struct TextGeneratorTests {
    let tokenizer: Tokenizer
    let tiny: TinyModel
    let model: TransformerModel

    init() throws {
        tokenizer = try chatTokenizer()
        var configuration = try #require(TinyModel(named: "llama")).configuration
        configuration.vocabularySize = tokenizer.vocabularySize
        tiny = TinyModel(configuration)
        model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: ComputeContext(pool: nil))
    }

    func generator(adapter: LoRAAdapter? = nil) throws -> TextGenerator {
        try TextGenerator(model: model, tokenizer: tokenizer, adapter: adapter, context: ComputeContext(pool: nil))
    }

    /// Pieces join to the text of all tokens, although this model's tokens cut characters apart.
    @Test func piecesJoinToTheWhole() throws {
        let sampling = Sampling(temperature: 3, topP: 1, seed: 1)
        var pieces: [String] = []
        let outcome = try generator().generate(prompt: [5, 6], limit: 120, sampling: sampling, stop: []) {
            pieces.append($0)
            return true
        }
        var tokens: [Int32] = []
        try TokenGenerator(model: model, context: ComputeContext(pool: nil)).generate(prompt: [5, 6], limit: 120, sampling: sampling) {
            tokens.append($0)
            return true
        }
        #expect(pieces.joined() == tokenizer.decode(tokens, skippingSpecialTokens: true))
        #expect(outcome.promptTokens == 2 && outcome.generatedTokens == 120 && outcome.ending == .length)
        #expect(tokens.contains { tokenizer.bytes(of: $0).first.map { $0 >= 0x80 } ?? false })
    }

    @Test func theAdapterSpeaks() throws {
        func text(_ adapter: LoRAAdapter?) throws -> String {
            var text = ""
            _ = try generator(adapter: adapter).generate(prompt: [9, 10, 11], limit: 40, stop: []) {
                text += $0
                return true
            }
            return text
        }
        #expect(try text(nil) == text(.zero(LoRALayout(model: tiny.configuration))))
        #expect(try text(nil) != text(try tiny.adapter()))
    }

    @Test func endsAtStopTokensAndWhenAsked() throws {
        var tokens: [Int32] = []
        try TokenGenerator(model: model, context: ComputeContext(pool: nil)).generate(prompt: [5], limit: 30) {
            tokens.append($0)
            return true
        }
        let stopped = try generator().generate(prompt: [5], limit: 30, stop: [tokens[7]]) { _ in true }
        #expect(stopped.ending == .stopToken && stopped.generatedTokens == tokens.firstIndex(of: tokens[7]))
        var calls = 0
        let ended = try generator().generate(prompt: [5], limit: 30, stop: []) { _ in
            calls += 1
            return calls < 4
        }
        #expect(ended.ending == .interrupted && ended.generatedTokens == 4 && calls == 4)
    }

    @Test func staysInTheContext() throws {
        let long = [Int32](repeating: 7, count: 250)
        let outcome = try generator().generate(prompt: long, limit: 1000, stop: []) { _ in true }
        #expect(outcome.generatedTokens == 6 && outcome.ending == .length)
        #expect(throws: TransformerError.sequenceLength(257, limit: 256)) {
            try generator().generate(prompt: [Int32](repeating: 7, count: 256), limit: 1, stop: []) { _ in true }
        }
    }
}
