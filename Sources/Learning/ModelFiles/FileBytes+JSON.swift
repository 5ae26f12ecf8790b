import JSON

extension FileBytes {
    /// Reads the bytes as one JSON text, in place, whose objects have no member twice.
    ///
    /// - Parameter format: what an error calls the file.
    func json(format: String) throws(ModelFileError) -> JSONValue {
        do throws(JSONError) {
            return try withUnsafeBytes { (buffer) throws(JSONError) in try JSONValue(parsing: buffer, uniqueNames: true) }
        } catch {
            throw .malformed(format: format, reason: error.description)
        }
    }
}
