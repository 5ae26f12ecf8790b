import Foundation
import Primitives

/// The checksums of a dataset's finished chunks, beside it: a line with number and SHA-256 for each, added once the chunk is on disk.
struct DatasetSums {
    private let path: String
    private(set) var sums: [Int: Hash32] = [:]

    init(path: String) {
        self.path = path
        guard let text = FileManager.default.contents(atPath: path) else { return }
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            // A line that a stopped build cut short counts as none.
            guard words.count == 2, let chunk = Int(words[0]), words[1].utf8.count == 66, let sum = try? Hash32(hex: String(words[1]))
            else {
                continue
            }
            sums[chunk] = sum
        }
    }

    mutating func add(_ chunk: Int, _ sum: Hash32) throws {
        sums[chunk] = sum
        let line = Data("\(chunk) \(sum.hex)\n".utf8)
        guard let handle = FileHandle(forWritingAtPath: path) else {
            try line.write(to: URL(fileURLWithPath: path))
            return
        }
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: line)
    }
}
