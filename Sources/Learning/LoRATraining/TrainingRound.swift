import LoRA
public import Primitives

/// One round of training: with the base model and the parent adapter it determines the update bit for bit.
public struct TrainingRound: Sendable, Equatable {
    /// Decides the order of the data and the dropout.
    public var seed: Hash32
    /// Optimiser steps. The optimiser starts afresh in every round.
    public var steps: Int
    public var data: TrainingData
    public var configuration: TrainingConfiguration

    public init(seed: Hash32, steps: Int, data: TrainingData, configuration: TrainingConfiguration = .standard) {
        self.seed = seed
        self.steps = steps
        self.data = data
        self.configuration = configuration
    }

    /// A generator for `purpose`: Philox4x32-10 whose key is the first eight bytes, as two little-endian words, of
    /// SHA-256(seed ‖ UTF-8(purpose)).
    func generator(_ purpose: String) -> Philox {
        let digest = SHA256.hash(seed.bytes + Array(purpose.utf8))
        return Philox(key: SIMD2(digest.littleEndian(at: 0), digest.littleEndian(at: 4)))
    }
}
