import Foundation
import TrainingTexts

/// Reads training text from files: plain text, one passage a line; JSON Lines, one object a line with the field `text`;
/// folders of these, in the order of their names, without hidden files. Formats that hold something else than plain text are
/// refused and never read as prose.
public enum TrainingFiles {
    /// The passages of all `paths`, in order.
    public static func documents(_ paths: [String]) throws(TrainingFilesError) -> [String] {
        var documents: [String] = []
        for path in paths {
            for file in try files(at: path) { documents += try read(file) }
        }
        guard !documents.isEmpty else { throw .empty(paths.joined(separator: ", ")) }
        return documents
    }

    private static func files(at path: String) throws(TrainingFilesError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .missing(path)
        }
        guard isFolder.boolValue else { return [path] }
        guard let names = FileManager.default.enumerator(atPath: path)?.allObjects.compactMap({ $0 as? String }) else {
            throw .unreadable(path)
        }
        // A notebook's checkpoints, what git keeps, and what a Mac leaves beside a file are no texts of the user's.
        let visible = names.filter { name in !name.split(separator: "/").contains { $0.hasPrefix(".") } }
        func files(_ endings: Set<String>) -> [String] {
            visible.filter { endings.contains(($0 as NSString).pathExtension.lowercased()) }.sorted().map { "\(path)/\($0)" }
        }
        let text = files(["txt", "jsonl", "ndjson"])
        guard text.isEmpty else { return text }
        throw files(Set(otherFormats.keys)).first.map { otherFormat($0) } ?? .empty(path)
    }

    private static func read(_ path: String) throws(TrainingFilesError) -> [String] {
        let kind = (path as NSString).pathExtension.lowercased()
        guard otherFormats[kind] == nil else { throw otherFormat(path) }
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
        return kind == "jsonl" || kind == "ndjson" ? try jsonLines(Array(data), name: path) : try text(Array(data), name: path)
    }

    /// Endings of formats whose bytes are not the text, and what they are.
    private static let otherFormats = [
        "parquet": "a Parquet file", "arrow": "an Arrow file", "feather": "an Arrow file", "json": "a JSON file", "csv": "a table",
        "tsv": "a table", "md": "a Markdown file", "html": "an HTML file", "xml": "an XML file", "pdf": "a PDF file",
        "docx": "a Word file", "ipynb": "a notebook", "gz": "a compressed file", "zst": "a compressed file", "bz2": "a compressed file",
        "xz": "a compressed file", "zip": "an archive", "tar": "an archive",
    ]

    private static func otherFormat(_ path: String) -> TrainingFilesError {
        .otherFormat(path, what: otherFormats[(path as NSString).pathExtension.lowercased()] ?? "of another format")
    }

    static func text(_ bytes: [UInt8], name: String) throws(TrainingFilesError) -> [String] {
        do throws(TrainingTextsError) {
            return try Corpus(bytes: bytes).lines
        } catch {
            throw .notText(name, error.description)
        }
    }

    /// Empty lines are passed over; every other one must be an object with a string `text`.
    static func jsonLines(_ bytes: [UInt8], name: String) throws(TrainingFilesError) -> [String] {
        struct Line: Decodable { let text: String }
        var documents: [String] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            guard String(validating: line, as: UTF8.self) != nil else { throw .notText(name, "line \(index + 1) is not UTF-8") }
            let decoder = JSONDecoder()
            guard
                let object = (try? decoder.decode(Line.self, from: Data(line)))
                    ?? (try? decoder.decode(Line.self, from: Data(PythonJSON.standard(line))))
            else {
                throw .notJSON(name, line: index + 1)
            }
            let text = object.text.trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty { documents.append(text) }
        }
        guard !documents.isEmpty else { throw .empty(name) }
        return documents
    }
}

/// Why training data could not be read.
public enum TrainingFilesError: Error, Equatable, Sendable, CustomStringConvertible {
    case missing(String)
    case unreadable(String)
    case empty(String)
    case otherFormat(String, what: String)
    case notText(String, String)
    case notJSON(String, line: Int)

    public var description: String {
        switch self {
        case .missing(let path):
            "\(path) is not there; --data names .txt files, .jsonl files, folders of them, or a hub's data set as ORG/NAME"
        case .unreadable(let path): "cannot read \(path); check its permissions"
        case .empty(let path): "\(path) holds no text to train on; give .txt or .jsonl files"
        case .otherFormat(let path, let what):
            "\(path) is \(what), which is not read as text; convert it to .jsonl with a field \"text\", or to .txt with a passage a line"
        case .notText(let path, let reason): "\(path): \(reason)"
        case .notJSON(let path, let line): "\(path): line \(line) is no JSON object with a string field \"text\""
        }
    }
}
