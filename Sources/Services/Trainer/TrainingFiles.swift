import Foundation
import TrainingTexts

/// Reads training text from files: plain text, one passage a line; JSON Lines, one object a line with the field `text`;
/// folders of these, in the order of their names.
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
        func files(_ endings: Set<String>) -> [String] {
            names.filter { endings.contains(($0 as NSString).pathExtension.lowercased()) }.sorted().map { "\(path)/\($0)" }
        }
        let text = files(["txt", "jsonl"])
        guard text.isEmpty else { return text }
        throw files(["parquet"]).first.map { .parquet($0) } ?? .empty(path)
    }

    private static func read(_ path: String) throws(TrainingFilesError) -> [String] {
        let kind = (path as NSString).pathExtension.lowercased()
        guard kind != "parquet" else { throw .parquet(path) }
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
        return kind == "jsonl" ? try jsonLines(Array(data), name: path) : try text(Array(data), name: path)
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
            guard let object = try? JSONDecoder().decode(Line.self, from: Data(line)) else {
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
    case parquet(String)
    case notText(String, String)
    case notJSON(String, line: Int)

    public var description: String {
        switch self {
        case .missing(let path):
            "\(path) is not there; --data names .txt files, .jsonl files, folders of them, or a hub's data set as ORG/NAME"
        case .unreadable(let path): "cannot read \(path); check its permissions"
        case .empty(let path): "\(path) holds no text to train on; give .txt or .jsonl files"
        case .parquet(let path): "\(path) is a Parquet file, which is not supported; convert it to .jsonl with a field \"text\""
        case .notText(let path, let reason): "\(path): \(reason)"
        case .notJSON(let path, let line): "\(path): line \(line) is no JSON object with a string field \"text\""
        }
    }
}
