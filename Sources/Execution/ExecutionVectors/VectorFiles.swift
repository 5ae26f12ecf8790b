public import Foundation
public import JSON

/// The JSON files of a folder, or one file.
public enum VectorFiles {
    public static func list(_ location: URL) -> [URL] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: location.path, isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else { return [location] }
        let names = FileManager.default.enumerator(atPath: location.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().map { location.appendingPathComponent($0) }
    }

    /// The tests of a file by name; `_info` and the like left out.
    public static func tests(_ file: URL) throws -> [JSONValue.Member] {
        let data = try Data(contentsOf: file)
        let value = try data.withUnsafeBytes { try JSONValue(parsing: $0) }
        guard let members = value.object else { throw VectorError("the file is no object of tests") }
        return members.filter { !$0.name.hasPrefix("_") }
    }
}
