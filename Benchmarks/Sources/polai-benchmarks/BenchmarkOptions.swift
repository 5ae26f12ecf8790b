import Foundation

/// The command line.
struct BenchmarkOptions {
    /// The model file; its benchmarks are left out when it is not there.
    var model = "../model_cache/SmolLM2-135M-Instruct.Q4_1.gguf"
    /// How many DEV_TEXTS a gate evaluation takes.
    var texts = 128
    /// How often every measurement is taken; the table shows the median.
    var samples = 3
    var threads = ProcessInfo.processInfo.activeProcessorCount
    /// A Python with numpy, torch and transformers, which runs the rivals.
    var python: String?

    /// What is measured alone; nil for everything.
    var only: Part?

    /// A part that can be measured alone.
    enum Part: String, CaseIterable {
        /// Readers beside an import.
        case readers
        /// The state transition with 1,000,000 validators.
        case validators
    }

    static let usage = """
        usage: polai-benchmarks [--model FILE] [--texts N] [--samples N] [--threads N] [--python FILE]
               [--only readers|validators]
        """

    init(_ arguments: [String]) throws(BenchmarkError) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BenchmarkError("\(name) needs a value\n\(Self.usage)") }
            switch name {
            case "--model": model = value
            case "--texts": texts = try Self.count(value, of: name)
            case "--samples": samples = try Self.count(value, of: name)
            case "--threads": threads = try Self.count(value, of: name)
            case "--python": python = value
            case "--only":
                guard let part = Part(rawValue: value) else {
                    throw BenchmarkError("--only takes \(Part.allCases.map(\.rawValue).joined(separator: " or ")), not '\(value)'")
                }
                only = part
            default: throw BenchmarkError("unknown option \(name)\n\(Self.usage)")
            }
        }
    }

    private static func count(_ text: String, of name: String) throws(BenchmarkError) -> Int {
        guard let count = Int(text), (1...4096).contains(count) else {
            throw BenchmarkError("\(name) takes a number from 1 to 4096, not '\(text)'")
        }
        return count
    }
}

/// Why nothing can be measured.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
