import Foundation
import ModelFiles
import TestSupport
import Testing

/// The path of a file in `Vectors/`.
func vector(_ name: String) -> String {
    (Bundle.module.resourceURL ?? URL(filePath: ".")).appending(path: "Vectors/\(name)").path
}

func vectorBytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: vector(name)))) }

func vectorText(_ name: String) throws -> String { String(decoding: try vectorBytes(name), as: UTF8.self) }

/// Feeds `parse` with `count` truncations and `count` corruptions of `bytes`; it must return or throw, not trap.
/// Returns how many it refused.
func corrupt(_ bytes: [UInt8], count: Int, within limit: Int? = nil, parse: ([UInt8]) throws -> Void) -> Int {
    var random = SeededGenerator(seed: 42)
    var refused = 0
    let limit = min(limit ?? bytes.count, bytes.count)
    for round in 0..<2 * count {
        var damaged = bytes
        if round < count {
            damaged.removeLast(bytes.count - Int.random(in: 0..<limit, using: &random))
        } else {
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<limit, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: damaged[index] = UInt8.random(in: 0...255, using: &random)
                // Lengths and offsets become huge.
                default: for next in index..<min(index + 8, limit) { damaged[next] = 0xff }
                }
            }
        }
        do { try parse(damaged) } catch { refused += 1 }
    }
    return refused
}
