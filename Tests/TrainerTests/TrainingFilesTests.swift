import Foundation
import TestSupport
import Testing

@testable import Trainer

@Suite struct TrainingFilesTests {
    private let scratch = TemporaryFolder()

    /// A folder with these files.
    private func folder(_ files: [String: [UInt8]]) throws -> String {
        let folder = URL(filePath: scratch.path(UUID().uuidString))
        for (name, bytes) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        return folder.path
    }

    @Test func readsTextJSONLinesAndFolders() throws {
        let path = try folder([
            "b.txt": Array("one\n\n  two \r\n".utf8),
            "a.jsonl": Array("{\"text\": \"three\", \"n\": 1}\n\n{\"text\": \" \"}\n{\"text\":\"v\\u00efer\"}".utf8),
            "sub/c.txt": Array("five".utf8), "notes.md": Array("not this".utf8),
        ])
        #expect(try TrainingFiles.documents([path]) == ["three", "vïer", "one", "two", "five"])
        #expect(try TrainingFiles.documents(["\(path)/b.txt", "\(path)/sub"]) == ["one", "two", "five"])
    }

    /// Other files in a folder with text are passed over; where there is nothing else, Parquet is named.
    @Test func textAmongOtherFiles() throws {
        let path = try folder(["a.parquet": Array("PAR1".utf8), "b.txt": Array("one".utf8), "c.json.gz": [31, 139]])
        #expect(try TrainingFiles.documents([path]) == ["one"])
        let other = try folder(["x/a.parquet": Array("PAR1".utf8), "c.json.gz": [31, 139]])
        #expect(throws: TrainingFilesError.otherFormat("\(other)/c.json.gz", what: "a compressed file")) {
            try TrainingFiles.documents([other])
        }
    }

    /// Notebook checkpoints, git's own and what a Mac leaves beside files are no texts.
    @Test func hiddenFilesAreSkipped() throws {
        let path = try folder([
            "a.txt": Array("one".utf8), ".ipynb_checkpoints/a-checkpoint.txt": Array("two".utf8), ".git/x.txt": Array("three".utf8),
            "._a.txt": [0, 5], "b/.hidden.jsonl": Array("{".utf8), "b/c.txt": Array("four".utf8),
        ])
        #expect(try TrainingFiles.documents([path]) == ["one", "four"])
    }

    @Test(arguments: ["json", "csv", "tsv", "md", "parquet", "html", "gz", "ipynb", "CSV"])
    func otherFormatsAreNoProse(ending: String) throws {
        let path = try folder(["data.\(ending)": Array("[\"text\"]".utf8)]) + "/data.\(ending)"
        #expect {
            try TrainingFiles.documents([path])
        } throws: { error in
            if case .otherFormat(path, _)? = error as? TrainingFilesError { true } else { false }
        }
    }

    /// Python writes NaN and halves of characters; only they are lost.
    @Test func readsWhatPythonWrites() throws {
        let lines = [
            #"{"text": "one", "score": NaN, "x": [-Infinity, Infinity]}"#, #"{"text": "half \ud83d and \ude00 whole \ud83d\ude00 NaN"}"#,
            #"{"text": "quote \" \\", "n": NaN}"#, #"{"text": "end \ud83d"}"#,
        ]
        let bytes = Array(lines.joined(separator: "\n").utf8)
        #expect(
            try TrainingFiles.jsonLines(bytes, name: "x")
                == ["one", "half \u{fffd} and \u{fffd} whole 😀 NaN", "quote \" \\", "end \u{fffd}"])
    }

    @Test func saysWhatIsWrong() throws {
        let path = try folder([
            "binary.txt": [0x41, 0x00, 0xff], "latin.txt": [0x41, 0xe9, 0x0a], "empty.txt": Array("\n \n".utf8),
            "broken.jsonl": Array("{\"text\": \"a\"}\n{\"txt\": 1}\n".utf8), "latin.jsonl": [0x22, 0xe9, 0x22], "blank.jsonl": [0x0a],
            "data.parquet": Array("PAR1".utf8), "none/readme.md": [],
        ])
        func error(_ name: String) -> String? {
            do throws(TrainingFilesError) {
                _ = try TrainingFiles.documents(["\(path)/\(name)"])
                return nil
            } catch {
                return error.description
            }
        }
        for (name, words) in [
            ("binary.txt", "line 1"), ("latin.txt", "UTF-8"), ("empty.txt", "no line"), ("broken.jsonl", "line 2 is no JSON"),
            ("latin.jsonl", "line 1 is not UTF-8"), ("blank.jsonl", "no text"), ("data.parquet", "Parquet"), ("none", "Markdown"),
            ("missing.txt", "is not there"),
        ] {
            #expect(error(name)?.contains(words) == true, "\(name): \(error(name) ?? "no error")")
        }
        #expect(throws: TrainingFilesError.missing("owner/texts")) { try TrainingFiles.documents(["owner/texts"]) }
    }

    @Test func addressesOfNodes() throws {
        #expect(try RemoteLearningNode.address("http://127.0.0.1:8552").port == 8552)
        for text in ["", "127.0.0.1:8552", "https://node", "ftp://node", "http://"] {
            #expect(throws: RemoteLearningNodeError.badAddress(text)) { try RemoteLearningNode.address(text) }
        }
    }
}
