import ArgumentParser
import Foundation
import LearningTask
import Primitives

/// `polai task`: the texts that a chain learns and is judged by.
struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Make and check learning tasks: what is learned, and the texts that judge it.",
        discussion: """
            A task is a folder of train.txt, dev.txt (512 sentences), pool.txt, general.txt and LICENSE.
            """,
        subcommands: [Make.self, Check.self])
}

extension TaskCommand {
    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "make", abstract: "Divide text into the parts of a task.",
            discussion: """
                One sentence a line. Typographic signs become ASCII; lines that are then no sentence of at most 256 characters are
                left out, and so is training text that shares eight words in a row with the texts that judge.

                Example:
                  polai task make --task-text glosses.txt --general-text prose.txt --output my-task
                """)

        @Option(help: "Text of the task: a .txt file, a sentence a line. Repeatable.")
        var taskText: [String]

        @Option(help: "General text that must not get worse. Repeatable.")
        var generalText: [String]

        @Option(help: "Sentences from which the judging slices are drawn.")
        var poolSentences = 8192

        @Option(help: "Folder to write.")
        var output: String

        func validate() throws {
            guard !taskText.isEmpty, !generalText.isEmpty else { throw ValidationError("give --task-text and --general-text") }
            guard TaskPart.pool.count.contains(poolSentences) else {
                throw ValidationError("--pool-sentences is from \(TaskPart.pool.count.lowerBound) to \(TaskPart.pool.count.upperBound)")
            }
        }

        func run() throws {
            try ErrorLine.reporting(status: 1) {
                var split = TaskSplit()
                split.poolCount = poolSentences
                let task = try split.task(of: lines(taskText), general: lines(generalText))
                let folder = TaskFolder(path: output)
                try folder.write(task)
                TaskCommand.report(task)
            }
        }

        private func lines(_ files: [String]) throws -> [String] {
            try files.flatMap { file in
                guard let data = FileManager.default.contents(atPath: file) else { throw SetupError("cannot read \(file)") }
                guard data.count <= 1 << 30 else { throw SetupError("\(file) has more than 1 GiB; give less text") }
                guard let text = String(validating: data, as: UTF8.self) else { throw SetupError("\(file) is not UTF-8") }
                return text.split(separator: "\n").map(String.init)
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check a task's sizes, forms, disjointness and licence note, and print its roots.")

        @Argument(help: "Folder of the task.")
        var folder: String

        func run() throws {
            try ErrorLine.reporting(status: 1) {
                let folder = TaskFolder(path: folder)
                TaskCommand.report(try folder.task())
                guard folder.hasLicense else {
                    throw SetupError("\(folder.path)/LICENSE is missing or empty: say whose texts these are, since every joiner gets them")
                }
            }
        }
    }

    private static func report(_ task: LearningTask) {
        for part in TaskPart.allCases {
            let pool = task[part]
            print("\(part.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)) \(pool.sentences.count) sentences, root \(pool.root)")
        }
        print("the parts share no sentence and no run of \(WordRuns.length) words")
    }
}
