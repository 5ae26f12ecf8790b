package import CReproKernels

/// Sequences of tokens laid end to end as rows: attention stays inside each sequence.
package struct TokenBatch {
    /// One token a row.
    package private(set) var tokens: [Int32] = []
    /// The position of each row in its sequence.
    package private(set) var positions: [Int32] = []
    package private(set) var sequences: [repro_sequence] = []
    package private(set) var longest = 0

    package init() {}

    package init(_ sequences: some Sequence<some Collection<Int32>>) {
        for sequence in sequences { append(sequence) }
    }

    package mutating func append(_ sequence: some Collection<Int32>) {
        let start = Int64(tokens.count), count = Int64(sequence.count)
        sequences.append(repro_sequence(q_start: start, q_count: count, k_start: start, k_count: count))
        tokens.append(contentsOf: sequence)
        positions.append(contentsOf: 0..<Int32(sequence.count))
        longest = max(longest, sequence.count)
    }

    /// A continuation: `tokens` follow `past` earlier ones whose keys and values are in a cache.
    package init(continuing past: Int, tokens: [Int32]) {
        self.tokens = tokens
        positions = (past..<past + tokens.count).map { Int32($0) }
        longest = past + tokens.count
        sequences = [
            repro_sequence(q_start: 0, q_count: Int64(tokens.count), k_start: 0, k_count: Int64(longest))
        ]
    }

    /// Rows that are no tokens but hidden states: `count` sequences of `length` rows each, after `past` earlier ones of each.
    ///
    /// - Parameter capacity: rows from one sequence's keys to the next one's, where they lie in a cache.
    package init(sequences count: Int, length: Int, past: Int = 0, capacity: Int? = nil) {
        tokens = [Int32](repeating: 0, count: count * length)
        positions = (0..<count).flatMap { _ in (past..<past + length).map { Int32($0) } }
        longest = past + length
        sequences = (0..<count).map { sequence in
            repro_sequence(
                q_start: Int64(sequence * length), q_count: Int64(length), k_start: Int64(sequence * (capacity ?? length)),
                k_count: Int64(longest))
        }
    }

    package var rowCount: Int { tokens.count }
}
