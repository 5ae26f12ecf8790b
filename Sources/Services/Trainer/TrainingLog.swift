import Foundation
import Synchronization

/// Writes a trainer's steps and rounds as comma-separated values, each line as it happens.
///
/// Columns: `time` (Unix seconds), `event` (`step` or `round`), `round`, `step` (of the whole training), `loss`,
/// `validation_loss`, `verdict`.
public final class TrainingLog: Sendable {
    static let header = "time,event,round,step,loss,validation_loss,verdict\n"
    private let file: Mutex<FileHandle>

    /// Opens `path` to append; a new file begins with the header.
    public init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path), !FileManager.default.createFile(atPath: path, contents: Data(Self.header.utf8)) {
            throw TrainerError.log(path)
        }
        guard let handle = FileHandle(forWritingAtPath: path) else { throw TrainerError.log(path) }
        try handle.seekToEnd()
        file = Mutex(handle)
    }

    func step(round: UInt64, step: Int, loss: Float) { write("step,\(round),\(step),\(loss),,") }

    func round(_ round: UInt64, step: Int, loss: Float?, validation: Float?, verdict: String) {
        write("round,\(round),\(step),\(loss.map { "\($0)" } ?? ""),\(validation.map { "\($0)" } ?? ""),\(verdict)")
    }

    private func write(_ line: String) {
        let text = "\(Int(Date().timeIntervalSince1970)),\(line)\n"
        // A full disk must not end the training.
        file.withLock { try? $0.write(contentsOf: Data(text.utf8)) }
    }
}
