public import Foundation
public import Testing

/// What lies beside the sources only on some machines. Tests that need it are counted as skipped elsewhere, with the reason.
public enum Present {
    private static let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
        .appending(path: "../../..").standardizedFileURL

    /// The place of a public suite in `shared/vectors` beside the repository, whether it is there or not.
    public static func vectors(_ path: String) -> URL {
        repository.appending(path: "../shared/vectors").appending(path: path).standardizedFileURL
    }

    /// The default model's GGUF file, or `nil` where it was not fetched.
    public static let defaultModel: String? = {
        let path = repository.appending(path: "model_cache/SmolLM2-135M-Instruct.Q4_1.gguf").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()
}

extension Trait where Self == ConditionTrait {
    /// Only where the public suite lies beside the repository.
    public static func needs(vectors path: String) -> Self {
        .enabled(
            if: FileManager.default.fileExists(atPath: Present.vectors(path).path),
            "shared/vectors/\(path) is not beside the repository")
    }

    /// Only where the default model was fetched.
    public static var needsDefaultModel: Self {
        .enabled(if: Present.defaultModel != nil, "the default model is not in model_cache/, run `make setup` to test with it")
    }
}
