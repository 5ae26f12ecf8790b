import Foundation
import LearningTask
import Primitives

/// A task on disk: `train.txt`, `dev.txt`, `pool.txt` and `general.txt` in normal form, and `LICENSE`, which says whose they are.
struct TaskFolder: Sendable {
    let path: String

    /// Reads and checks the four parts.
    func task() throws -> LearningTask {
        try LearningTask(train: pool(.train), dev: pool(.dev), pool: pool(.pool), general: pool(.general))
    }

    /// Reads one part and checks its form.
    func pool(_ part: TaskPart) throws -> TextPool {
        let file = file(part)
        guard let data = FileManager.default.contents(atPath: file) else { throw SetupError("cannot read \(file)") }
        do {
            return try TextPool(bytes: [UInt8](data))
        } catch {
            throw SetupError("\(file): \(error)")
        }
    }

    /// One part, with as many sentences as the part may have.
    func counted(_ part: TaskPart) throws -> TextPool {
        let pool = try pool(part)
        guard part.count.contains(pool.sentences.count) else {
            throw SetupError("\(path): \(LearningTaskError.wrongCount(part, expected: part.count, actual: pool.sentences.count))")
        }
        return pool
    }

    /// Whether somebody wrote down under which licence the texts stand.
    var hasLicense: Bool {
        ((try? FileManager.default.attributesOfItem(atPath: "\(path)/LICENSE")[.size] as? Int) ?? 0) > 0
    }

    func write(_ task: LearningTask) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for part in TaskPart.allCases { try Data(task[part].bytes).write(to: URL(fileURLWithPath: file(part)), options: .atomic) }
        } catch {
            throw SetupError("cannot write the task to \(path): \(error.localizedDescription)")
        }
    }

    private func file(_ part: TaskPart) -> String { "\(path)/\(part.rawValue).txt" }
}
