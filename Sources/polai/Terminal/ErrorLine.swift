import ArgumentParser
import Foundation

/// How a command that is not a service tells what went wrong: one line on standard error, and its exit status.
enum ErrorLine {
    /// Runs `body`; an error of it is told, and ends the command with `status`.
    static func reporting<R>(status: Int32, _ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch {
            throw told(error, status)
        }
    }

    /// What is told of an error: its own words, and of one of the system's the system's reason.
    static func words(_ error: any Error) -> String {
        guard ["NSError", "CocoaError", "POSIXError", "URLError"].contains("\(type(of: error))") else { return "\(error)" }
        let system = error as NSError
        let inner = system.userInfo[NSUnderlyingErrorKey] as? NSError
        let place = system.userInfo[NSFilePathErrorKey].map { "\($0): " } ?? ""
        for candidate in [system, inner].compactMap(\.self) where candidate.domain == NSPOSIXErrorDomain {
            return place + String(cString: strerror(Int32(truncatingIfNeeded: candidate.code)))
        }
        return place + system.localizedDescription
    }

    /// The same for a body that waits.
    static func reporting<R>(status: Int32, _ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch {
            throw told(error, status)
        }
    }

    /// Tells of an error, unless somebody else does; what the command ends with.
    private static func told(_ error: any Error, _ status: Int32) -> any Error {
        if error is ExitCode || error is ValidationError { return error }
        ConsoleOutput.write("polai: \(TerminalText.shown(words(error)))\n")
        return ExitCode(status)
    }
}
