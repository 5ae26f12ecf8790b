import Foundation

/// Another program that works when asked: so both sides are measured turn by turn and share the machine's moods.
///
/// It prints "ready" once, then answers each line of its standard input with one line of JSON.
final class RivalProcess {
    private let name: String
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private var unread = Data()

    init(python: String, script: String, arguments: [String]) throws {
        name = script
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script] + arguments
        process.standardInput = requests
        process.standardOutput = answers
        try process.run()
        guard try line() == "ready" else { throw BenchmarkError("\(script) did not get ready; its message is above") }
    }

    /// Has it run `work` once.
    func ask<Answer: Decodable>(_ work: String, _ answer: Answer.Type = Answer.self) throws -> Answer {
        try requests.fileHandleForWriting.write(contentsOf: Data("\(work)\n".utf8))
        return try JSONDecoder().decode(Answer.self, from: Data(line().utf8))
    }

    /// Ends the process.
    func stop() {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// The next line that it prints.
    private func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: 0x0A) {
                defer { unread = Data(unread[(end + 1)...]) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BenchmarkError("\(name) ended early; its message is above") }
            unread += more
        }
    }
}
