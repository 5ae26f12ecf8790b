import ArgumentParser
import Transformer

/// `--weights`: how the base model's weights lie in memory (docs/models.md). Results do not depend on it.
enum WeightForm: String, ExpressibleByArgument, CaseIterable {
    case auto
    case packed
    case encoded

    static let help: ArgumentHelp =
        "How the weights lie in memory: packed is FP32, fastest, four bytes a weight; encoded leaves them as in their file; auto packs what takes at most a quarter of the memory. The results are the same."

    var storage: WeightStorage {
        switch self {
        case .auto: .automatic
        case .packed: .packed
        case .encoded: .encoded
        }
    }
}
