/// Cuts text into the pieces within which merges happen: one or more rules, each cutting the pieces of the one
/// before.
public struct PreTokenizer: Sendable, Equatable {
    /// One rule, standing for the regular expression the model's `tokenizer.json` gives; matches and what lies
    /// between them become pieces.
    public enum Rule: Sendable, Equatable {
        /// Every `\p{N}` by itself.
        case singleDigits
        /// `\p{N}{1,3}`
        case digitTriples
        /// `[一-龥぀-ゟ゠-ヿ]+`: ideographs and kana.
        case ideographs
        /// GPT-2: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
        case gpt2
        /// Llama 3 with at most 3 digits, Qwen2 with 1: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|`
        /// `\p{N}{1,maximumDigits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
        case llama3(maximumDigits: Int)
        /// DeepSeek V3 and R1: ``[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|``
        /// ` ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
        case deepSeek
    }

    public let rules: [Rule]

    public init(_ rules: [Rule]) { self.rules = rules }

    /// GPT-2's rule alone.
    public static let gpt2 = Self([.gpt2])
    /// SmolLM and SmolLM2.
    public static let smolLM = Self([.singleDigits, .gpt2])
    public static let llama3 = Self([.llama3(maximumDigits: 3)])
    /// Qwen2 and the DeepSeek-R1 distillations of it.
    public static let qwen2 = Self([.llama3(maximumDigits: 1)])
    public static let deepSeekR1 = Self([.digitTriples, .ideographs, .deepSeek])

    /// The pieces of `text` in order, as ranges of its UTF-8 bytes.
    func pieces(of text: some Sequence<Unicode.Scalar>) -> [Range<Int>] {
        let text = ClassifiedText(text)
        guard text.count > 0 else { return [] }
        var cuts = [0, text.count]
        for rule in rules {
            var refined = [0]
            for (start, end) in zip(cuts, cuts.dropFirst()) { rule.cut(text, start..<end, into: &refined) }
            cuts = refined
        }
        return zip(cuts, cuts.dropFirst()).map { text.offsets[$0]..<text.offsets[$1] }
    }
}

/// A text's scalars with the classes the rules ask for.
struct ClassifiedText {
    private(set) var scalars: [UInt32] = []
    private(set) var classes: [CharacterClass] = []
    /// Where each scalar's UTF-8 begins, and the end of the text.
    private(set) var offsets: [Int] = [0]

    init(_ text: some Sequence<Unicode.Scalar>) {
        var offset = 0
        for scalar in text {
            scalars.append(scalar.value)
            classes.append(CharacterClass(scalar))
            offset += UTF8.width(scalar)
            offsets.append(offset)
        }
    }

    var count: Int { scalars.count }
}
