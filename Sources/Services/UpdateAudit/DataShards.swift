public import LoRATraining
public import Primitives

/// Finds which part of a text a trainer learnt from, by the data hash of its update.
///
/// Trainers of one node share a text: trainer i of n has every n-th passage from the i-th on.
public enum DataShards {
    /// The most trainers that a text is tried for.
    public static let limit = 32

    /// The whole text, or the shard of it, whose root is `root`; `nil` when there is none.
    public static func find(
        _ root: Hash32, in documents: [[Int32]], separator: Int32
    ) -> (data: TrainingData, index: Int, count: Int)? {
        for count in 1...limit {
            for index in 0..<min(count, documents.count) {
                let part = stride(from: index, to: documents.count, by: count).map { documents[$0] }
                let data = TrainingData(documents: part, separator: separator)
                if data.root == root { return (data, index, count) }
            }
        }
        return nil
    }
}
