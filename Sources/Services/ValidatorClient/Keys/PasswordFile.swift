import Foundation

/// A password kept in a file: one line, whose end is no part of it.
public enum PasswordFile {
    /// - Throws: `ValidatorClientError.keystores` for a file that is absent, empty, too long or not UTF-8.
    public static func read(_ path: String) throws(ValidatorClientError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw .keystores("the password file \(path) cannot be read") }
        guard data.count <= 4096 else { throw .keystores("the password file \(path) has \(data.count) bytes; it should hold one password") }
        guard var text = String(validating: data, as: UTF8.self) else { throw .keystores("the password file \(path) is not UTF-8 text") }
        while let last = text.last, last.isNewline { text.removeLast() }
        guard !text.isEmpty else { throw .keystores("the password file \(path) is empty") }
        return text
    }
}
