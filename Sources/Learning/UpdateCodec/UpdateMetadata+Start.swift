public import Primitives

/// A round that was not trained: its change leads to an adapter that the trainer brought along.
extension UpdateMetadata {
    /// What stands for the hyperparameters of such a round.
    public static let startRecipe = "start-from"

    /// The root of the adapter that the round starts from; `nil` for a round that was trained. The file may carry less
    /// than the whole way to it, as a codec drops what does not fit.
    public var startingAdapter: Hash32? { recipe == Self.startRecipe ? dataHash : nil }

    /// These metadata for a round that brings `adapter`: nothing was trained and there is no text, so `dataHash` names the
    /// adapter, the seed is 0, and the steps are 1, the least that an average counts.
    public func starting(from adapter: Hash32) -> UpdateMetadata {
        var metadata = self
        metadata.recipe = Self.startRecipe
        metadata.dataHash = adapter
        metadata.seed = 0
        metadata.steps = 1
        return metadata
    }
}
