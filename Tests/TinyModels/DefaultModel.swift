import Foundation

/// The default model's GGUF file beside the sources, or `nil`, said aloud, where it was not fetched.
public let defaultModelPath: String? = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "model_cache/SmolLM2-135M-Instruct.Q4_1.gguf").path
    if FileManager.default.fileExists(atPath: path) { return path }
    print("SKIPPED: the default model is not in model_cache/, run `make setup` to test with it")
    return nil
}()
