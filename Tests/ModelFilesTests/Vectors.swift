import Foundation
import ModelFiles
import Testing

/// The path of a file in `Vectors/`.
func vector(_ name: String) -> String {
    (Bundle.module.resourceURL ?? URL(filePath: ".")).appending(path: "Vectors/\(name)").path
}

func vectorBytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: vector(name)))) }

func vectorText(_ name: String) throws -> String { String(decoding: try vectorBytes(name), as: UTF8.self) }

/// The default model's GGUF file beside the sources, or `nil`, said aloud, where it was not fetched.
let defaultModelPath: String? = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "model_cache/SmolLM2-135M-Instruct.Q4_1.gguf").path
    if FileManager.default.fileExists(atPath: path) { return path }
    print("SKIPPED: the default model is not in model_cache/, run `make setup` to test with it")
    return nil
}()

/// A small seeded generator, so that every property test has one sequence.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Feeds `parse` with `count` truncations and `count` corruptions of `bytes`; it must return or throw, not trap.
/// Returns how many it refused.
func corrupt(_ bytes: [UInt8], count: Int, within limit: Int? = nil, parse: ([UInt8]) throws -> Void) -> Int {
    var random = SplitMix(state: 42)
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
