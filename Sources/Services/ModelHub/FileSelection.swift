/// Which of the files of a model or data set are fetched.
enum FileSelection {
    /// What a model in Hugging Face's own form needs beside its weights.
    private static let companions: Set<String> = [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "chat_template.jinja",
        "model.safetensors.index.json",
    ]

    /// The files of a model that match `pattern`; without one, the safetensors in the first folder with configuration and
    /// tokenizer, or the only GGUF file. Of a data set the files with text.
    static func choose(_ files: [RemoteFile], pattern: String?, model: RepositoryID) throws(HubError) -> [RemoteFile] {
        guard model.kind == .model else { return try chooseText(files, pattern: pattern, dataset: model) }
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

    /// The files of a data set that text is read from, of those that match `pattern` where one is given.
    static func chooseText(_ files: [RemoteFile], pattern: String?, dataset: RepositoryID) throws(HubError) -> [RemoteFile] {
        let named = files.filter { file in pattern.map { matches(file.path.text, $0) } ?? true }.sorted { $0.path < $1.path }
        let text = named.filter { isText($0.path.text) }
        guard !text.isEmpty else {
            throw .noText(dataset: dataset.description, pattern: pattern, found: summary(of: files.map(\.path.text)))
        }
        return text
    }

    /// Whether a name is that of text to train on, and not of a note about the data set.
    private static func isText(_ path: String) -> Bool {
        let name = (path.split(separator: "/").last ?? "").lowercased()
        guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { return false }
        guard name.hasSuffix(".txt") || name.hasSuffix(".jsonl") else { return false }
        return !["readme", "license", "licence", "requirements", "citation", "notice"].contains { name == "\($0).txt" }
    }

    /// How many files there are of each kind, the most first: `12 .parquet, 1 .md`.
    static func summary(of paths: [String]) -> String {
        var counts: [String: Int] = [:]
        for path in paths { counts[ending(of: path), default: 0] += 1 }
        let kinds = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        guard !kinds.isEmpty else { return "no files at all" }
        let rest = kinds.dropFirst(8).reduce(0) { $0 + $1.value }
        return (kinds.prefix(8).map { "\($0.value) \($0.key)" } + (rest > 0 ? ["\(rest) others"] : [])).joined(separator: ", ")
    }

    /// What a name ends in: `.parquet`, `.jsonl.gz`, or the name itself where it has no ending.
    private static func ending(of path: String) -> String {
        let parts = (path.split(separator: "/").last ?? "").split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1, let last = parts.last, last.utf8.count <= 12 else { return "without an ending" }
        let isPacked = ["gz", "zst", "bz2", "xz"].contains(last.lowercased()) && parts.count > 2 && parts[parts.count - 2].utf8.count <= 12
        return isPacked ? ".\(parts[parts.count - 2]).\(last)" : ".\(last)"
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
