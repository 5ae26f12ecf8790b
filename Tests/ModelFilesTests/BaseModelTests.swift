import Foundation
import ModelFiles
import TestSupport
import Testing

@Suite struct BaseModelTests {
    /// Why the model at `path` is refused.
    private func refusal(_ path: String) -> String {
        do throws(ModelFileError) {
            _ = try BaseModel(path: path)
            return "accepted"
        } catch {
            return error.description
        }
    }

    /// A GGUF file counts by its first bytes; another single file is told from a folder that lacks something.
    @Test func tellsFilesFromFolders() throws {
        let scratch = TemporaryFolder()
        let folder = URL(filePath: scratch.path)
        let blob = folder.appending(path: "blob"), weights = folder.appending(path: "model.safetensors")
        try (Data("GGUF\u{9}\u{0}\u{0}\u{0}".utf8) + Data(count: 16)).write(to: blob)
        try Data("{}".utf8).write(to: weights)
        #expect(refusal(blob.path).contains("GGUF version 9"))
        #expect(refusal(weights.path).contains("it is no GGUF file, and a safetensors model is named by its folder"))
        #expect(refusal(folder.path).contains("config.json: No such file"))
        #expect(refusal(folder.path + "/absent.gguf").contains("absent.gguf: No such file"))
    }
}
