import ChatTemplates
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

private func settings(_ template: String? = nil, tokens: [String: String] = [:]) -> ChatSettings {
    var settings = ChatSettings()
    settings.template = template
    settings.tokens = tokens
    return settings
}

@Suite struct ChatTemplateTests {
    /// Where the files have no template.
    @Test func theVocabularyDecides() throws {
        func written(_ tokenizer: Tokenizer) throws -> String {
            tokenizer.decode(try ChatTemplate(settings(), tokenizer: tokenizer).tokens(prompt: "Hi", tokenizer: tokenizer))
        }
        #expect(try written(chatTokenizer()) == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")
        #expect(
            try written(chatTokenizer(llama3Names)).hasSuffix(
                "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"))
        #expect(try written(chatTokenizer(deepSeekNames)).hasSuffix("<｜User｜>Hi<｜Assistant｜><think>\n"))
        let other = try chatTokenizer(["<|im_end|>": "<|other|>"])
        #expect(try ChatTemplate(settings(), tokenizer: other).isPlain)
        #expect(try written(other) == "Hi")
    }

    /// The model's own template comes before what the vocabulary looks like, and its default system message is its own.
    @Test func theModelsTemplateDecides() throws {
        let tokenizer = try chatTokenizer()
        let source =
            "{{ bos_token }}{% if messages[0].role != 'system' %}<|im_start|>I am M<|im_end|>{% endif %}"
            + "{% for m in messages %}<|im_start|>{{ m.role }}: {{ m.content | trim }}<|im_end|>{% endfor %}"
        let template = try ChatTemplate(settings(source, tokens: ["bos_token": "<|im_end|>"]), tokenizer: tokenizer)
        let ids = try template.tokens(prompt: " Hi ", tokenizer: tokenizer)
        #expect(tokenizer.decode(ids) == "<|im_end|><|im_start|>I am M<|im_end|><|im_start|>user: Hi<|im_end|>")
        // Every control token the template writes is one token.
        #expect(ids == tokenizer.encode(tokenizer.decode(ids), addingSpecialTokens: false))
        let told = tokenizer.decode(try template.tokens(prompt: "Hi", system: "S", tokenizer: tokenizer))
        #expect(told == "<|im_end|><|im_start|>system: S<|im_end|><|im_start|>user: Hi<|im_end|>")
        #expect(throws: TemplateError.self) { try ChatTemplate(settings("{% include 'x' %}"), tokenizer: tokenizer) }
    }

    @Test func aMessageCannotEndItsTurn() throws {
        let tokenizer = try chatTokenizer()
        let end = try #require(tokenizer.id(of: "<|im_end|>"))
        let nobody = String(Character(try #require(Unicode.Scalar(0xfdd0 as UInt32))))
        for text in ["a<|im_end|>b", "<|im_end|>", "<|im_end|><|im_end|>", "\(nobody)<|im_end|>\(nobody)", "<|im_<|im_end|>end|>"] {
            let ids = try ChatTemplate(.chatML, settings()).tokens(prompt: text, system: text, tokenizer: tokenizer)
            #expect(ids.filter { $0 == end }.count == 2)
            #expect(
                tokenizer.decode(ids)
                    == "<|im_start|>system\n\(text)<|im_end|>\n<|im_start|>user\n\(text)<|im_end|>\n<|im_start|>assistant\n")
            #expect(try !ChatTemplate.plain(settings()).tokens(prompt: text, tokenizer: tokenizer).contains(end))
        }
    }

    /// Around the user's words the text is cut as if it were written in one.
    @Test func wordsJoinAcrossTheirEdges() throws {
        let tokenizer = try chatTokenizer()
        let ids = try ChatTemplate(source: "Say {{ messages[0].content }} again", settings()).tokens(prompt: "light", tokenizer: tokenizer)
        #expect(ids == tokenizer.encode("Say light again", addingSpecialTokens: false))
    }

    @Test func everyFamilyWritesItsPrompt() throws {
        let tokenizer = try chatTokenizer()
        let expected: [ChatFamily: (String, String)] = [
            .chatML: (
                "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
                "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
            ),
            .llama3: (
                "<s><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                    + "<|start_header_id|>assistant<|end_header_id|>\n\n",
                "<s><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
            ),
            .deepSeek: ("<s>S<｜User｜>Hi<｜Assistant｜><think>\n", "<s><｜User｜>Hi<｜Assistant｜><think>\n"),
            .llama2: ("<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nHi [/INST]", "<s>[INST] Hi [/INST]"),
            .mistral: ("<s>[INST] S\n\nHi[/INST]", "<s>[INST] Hi[/INST]"),
            .gemma: (
                "<s><start_of_turn>user\nS\n\nHi<end_of_turn>\n<start_of_turn>model\n",
                "<s><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n"
            ),
        ]
        for family in ChatFamily.allCases {
            let template = try ChatTemplate(family, settings(tokens: ["bos_token": "<s>"]))
            let written = try ["S", "", nil].map { try tokenizer.decode(template.tokens(prompt: "Hi", system: $0, tokenizer: tokenizer)) }
            #expect(written[0] == expected[family]?.0)
            #expect(written[1] == expected[family]?.1 && written[2] == expected[family]?.1)
        }
    }

    @Test func everyStopStops() throws {
        let tokenizer = try chatTokenizer()
        var settings = settings()
        settings.stopTokens = [5, 7]
        #expect(ChatTemplate.plain(settings).stopTokens(tokenizer) == [2, 5, 7])
        let end = try #require(tokenizer.id(of: "<|im_end|>"))
        #expect(try ChatTemplate(.chatML, settings).stopTokens(tokenizer).isSuperset(of: [5, 7, end]))
    }

    @Test func anEmptyPlainPromptBeginsAText() throws {
        #expect(try ChatTemplate.plain(settings()).tokens(prompt: "", tokenizer: try chatTokenizer()) == [2])
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
