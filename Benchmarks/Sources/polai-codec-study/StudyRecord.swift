import Foundation

/// A line of the results file: one method after one round.
struct StudyRecord: Codable {
    let method: String
    let seed: Int
    /// Rounds done, from 1.
    let round: Int
    let steps: Int
    /// Bytes of this round's update: the whole file, or the whole LoRA in FP32 where the method sends that.
    let bytes: Int
    /// What was sent as a multiple of what was trained, chosen on the validation windows; 1 where nothing is chosen.
    let boost: Float
    /// The codec of this round.
    let codec: String
    /// The mean training loss of the round's steps.
    let trainingLoss: Float
    /// The loss on the trainer's own validation windows after the round, where the boost was chosen on them.
    var validationLoss: Float?
    /// The loss on the held-out lines; measured every fifth round and at the end.
    var heldOutLoss: Float?
    /// The loss on all DEV_TEXTS; measured at the end.
    var devLoss: Float?
}

/// The results file: JSON lines, appended to, so that a run that was cut off goes on where it stopped.
struct ResultsFile {
    let path: String

    func records() throws -> [StudyRecord] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let decoder = JSONDecoder()
        // A last line that was cut off is no record.
        return data.split(separator: 0x0A).compactMap { try? decoder.decode(StudyRecord.self, from: $0) }
    }

    func append(_ record: StudyRecord) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        guard let handle = FileHandle(forWritingAtPath: path) else { throw StudyError("cannot write \(path)") }
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: encoder.encode(record) + [0x0A])
    }
}
