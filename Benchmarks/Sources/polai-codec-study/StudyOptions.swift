import Foundation

/// The command line.
struct StudyOptions {
    var model = "../model_cache/SmolLM2-135M-Instruct.Q4_1.gguf"
    var results = "codec-study.jsonl"
    var methods: [String] = []
    var seeds = [1, 2, 3]
    var rounds = 20
    /// Optimiser steps a round.
    var steps = 5
    var threads = ProcessInfo.processInfo.activeProcessorCount
    /// Writes the table and, as SVG, the plot of the results instead of running anything.
    var plot: String?

    static let usage = """
        usage: polai-codec-study [--model FILE] [--results FILE] [--methods A,B] [--seeds 1,2,3] [--rounds N]
                                 [--steps N] [--threads N] [--plot FILE.svg]
        methods: \(Method.all.map(\.name).joined(separator: " "))
        """

    init(_ arguments: [String]) throws(StudyError) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw StudyError("\(name) needs a value\n\(Self.usage)") }
            switch name {
            case "--model": model = value
            case "--results": results = value
            case "--methods": methods = value.split(separator: ",").map(String.init)
            case "--seeds":
                seeds = try value.split(separator: ",").map { text throws(StudyError) in try Self.count(String(text), of: name) }
            case "--rounds": rounds = try Self.count(value, of: name)
            case "--steps": steps = try Self.count(value, of: name)
            case "--threads": threads = try Self.count(value, of: name)
            case "--plot": plot = value
            default: throw StudyError("unknown option \(name)\n\(Self.usage)")
            }
        }
        if methods.isEmpty { methods = Method.all.map(\.name) }
    }

    private static func count(_ text: String, of name: String) throws(StudyError) -> Int {
        guard let count = Int(text), (1...4096).contains(count) else {
            throw StudyError("\(name) takes a number from 1 to 4096, not '\(text)'")
        }
        return count
    }
}
