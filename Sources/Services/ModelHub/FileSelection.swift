/// Which of a model's files are fetched.
enum FileSelection {
    /// What a model in Hugging Face's own form needs beside its weights.
    private static let companions: Set<String> = [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "model.safetensors.index.json",
    ]

    /// The files that match `pattern`; without one, the safetensors in the first folder with configuration and
    /// tokenizer, or the only GGUF file.
    static func choose(_ files: [RemoteFile], pattern: String?, model: ModelID) throws(HubError) -> [RemoteFile] {
        let sorted = files.sorted { $0.path < $1.path }
        if let pattern {
            let chosen = sorted.filter { matches($0.path.text, pattern) }
            guard !chosen.isEmpty else { throw .noFiles(model: model.description, pattern: pattern) }
            return chosen
        }
        let weights = sorted.filter { !$0.path.isInFolder && $0.path.text.hasSuffix(".safetensors") }
        if !weights.isEmpty {
            return sorted.filter { companions.contains($0.path.text) } + weights
        }
        let single = sorted.filter { $0.path.text.hasSuffix(".gguf") }
        guard let only = single.first else { throw .noFiles(model: model.description, pattern: nil) }
        guard single.count == 1 else { throw .ambiguous(model: model.description, files: single.map(\.path.text)) }
        return [only]
    }

    /// Shell patterns: `*` stands for any characters, `?` for one; case counts.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let text = Array(text), pattern = Array(pattern)
        var (place, other) = (0, 0)
        // Where the last star stands, and how far it has reached.
        var star: (pattern: Int, text: Int)?
        while place < text.count {
            if other < pattern.count, pattern[other] == "*" {
                star = (other, place)
                other += 1
            } else if other < pattern.count, pattern[other] == "?" || pattern[other] == text[place] {
                place += 1
                other += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (place, other) = (last.text + 1, last.pattern + 1)
            } else {
                return false
            }
        }
        return pattern[other...].allSatisfy { $0 == "*" }
    }
}
