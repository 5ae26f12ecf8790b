import JSON

extension FileBytes {
    /// Reads the bytes as one JSON text, in place, whose objects have no member twice.
    ///
    /// - Parameter format: what an error calls the file.
    func json(format: String) throws(ModelFileError) -> JSONValue {
        if isGitLFSPointer { throw .gitLFSPointer(path: format) }
        do throws(JSONError) {
            return try withUnsafeBytes { (buffer) throws(JSONError) in try JSONValue(parsing: buffer, uniqueNames: true) }
        } catch {
            throw .malformed(format: format, reason: error.description)
        }
    }
}

extension FileBytes {
    /// Whether this is the note that git-lfs leaves in the place of a large file that was not fetched.
    var isGitLFSPointer: Bool {
        count < 1024 && withUnsafeBytes { $0.starts(with: "version https://git-lfs.github.com/spec/v1".utf8) }
    }
}
