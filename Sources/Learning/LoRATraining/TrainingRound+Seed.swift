public import Primitives

extension TrainingRound {
    /// The seed of the round whose update file announces `seed`: SHA-256 of its eight big-endian bytes.
    public static func seed(announced seed: UInt64) -> Hash32 {
        SHA256.hash(seed.bigEndianBytes)
    }
}
