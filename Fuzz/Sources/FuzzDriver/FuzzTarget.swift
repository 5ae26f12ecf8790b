/// One thing to feed with arbitrary bytes.
public struct FuzzTarget: Sendable {
    /// What a target needs before the first input.
    public struct Prepared {
        /// Inputs from which the search starts.
        public let seeds: [[UInt8]]
        /// Takes one input. An error is the right answer to a bad one; only a trap, a hang, too much memory or a broken
        /// promise (`promise(_:_:)`) is a finding.
        public let run: ([UInt8]) throws -> Void

        public init(seeds: [[UInt8]], run: @escaping ([UInt8]) throws -> Void) {
            self.seeds = seeds
            self.run = run
        }
    }

    public let name: String
    /// What is fed, in a line.
    public let summary: String
    /// Bytes of the longest input that libFuzzer makes.
    public let maximumLength: Int
    /// Words of the format, which the search puts into its inputs.
    public let words: [String]
    public let prepare: @Sendable (CommittedVectors) throws -> Prepared

    public init(
        _ name: String, _ summary: String, maximumLength: Int = 4096, words: [String] = [],
        prepare: @escaping @Sendable (CommittedVectors) throws -> Prepared
    ) {
        self.name = name
        self.summary = summary
        self.maximumLength = maximumLength
        self.words = words
        self.prepare = prepare
    }
}
