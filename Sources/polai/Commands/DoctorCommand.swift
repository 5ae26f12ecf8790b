import ArgumentParser

/// `polai doctor`: is everything there that a node needs?
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check ports, disk, settings, model, clock and peers, and say what to do about what is wrong.",
        discussion: "Exits with status 1 where something is bound to fail. It changes nothing.")

    @Option(help: "Folder of the node's data.")
    var datadir = "."

    @Option(help: "Settings file (default: .env in the current folder, if there).")
    var envFile: String?

    @Option(help: "Base model: a GGUF file or a model folder (default: MODEL, or the one in model_cache/).")
    var model: String?

    @Option(help: "Address that the doors listen on.")
    var host = "127.0.0.1"

    func run() async throws {
        let findings = await Doctor(datadir: datadir, envFile: envFile, model: model, host: host).findings()
        for finding in findings { print(finding.text) }
        let bad = findings.count { $0.grade == .bad }
        print(bad == 0 ? "Nothing is bound to fail." : "\(bad) to mend.")
        if bad > 0 { throw ExitCode(1) }
    }
}
