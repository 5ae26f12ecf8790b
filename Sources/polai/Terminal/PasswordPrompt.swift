import Foundation
import ValidatorClient

/// Gets a password from a file or, without echo, from the terminal; never from an argument.
enum PasswordPrompt {
    /// The shortest password for a new keystore.
    static let leastLength = 8

    /// - Parameter what: what the password opens, for the prompt.
    static func password(file: String?, for what: String) throws -> String {
        if let file { return try PasswordFile.read(file) }
        return try ask("Password for \(what): ")
    }

    /// A password for new keystores, asked twice on a terminal.
    static func newPassword(file: String?) throws -> String {
        let password: String
        if let file {
            password = try PasswordFile.read(file)
        } else {
            password = try ask("Password for the new keystores: ")
            guard try ask("The same again: ") == password else { throw SetupError("the two passwords differ") }
        }
        guard password.count >= leastLength else {
            throw SetupError("the password has \(password.count) characters; a keystore's should have \(leastLength) or more")
        }
        return password
    }

    /// Reads one line with the terminal's echo off.
    private static func ask(_ prompt: String) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else { throw SetupError("there is no terminal to ask for the password; give --password-file FILE") }
        FileHandle.standardError.write(Data(prompt.utf8))
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { throw SetupError("the terminal cannot be read; give --password-file FILE") }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        defer {
            var before = before
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        guard let line = readLine(), !line.isEmpty else { throw SetupError("no password was given") }
        return line
    }
}
