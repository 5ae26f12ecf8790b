import ArgumentParser

/// How a command that is not a service tells what went wrong: one line on standard error, and its exit status.
enum ErrorLine {
    /// Runs `body`; an error of it is told, and ends the command with `status`.
    static func reporting<R>(status: Int32, _ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let exit as ExitCode {
            throw exit
        } catch let misuse as ValidationError {
            throw misuse
        } catch {
            ConsoleOutput.write("polai: \(error)\n")
            throw ExitCode(status)
        }
    }

    /// The same for a body that waits.
    static func reporting<R>(status: Int32, _ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let exit as ExitCode {
            throw exit
        } catch let misuse as ValidationError {
            throw misuse
        } catch {
            ConsoleOutput.write("polai: \(error)\n")
            throw ExitCode(status)
        }
    }
}
