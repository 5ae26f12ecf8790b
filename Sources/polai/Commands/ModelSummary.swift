import ChatTemplates
import ModelFiles
import Primitives

/// What `polai model inspect` tells of a model.
struct ModelSummary {
    private let base: BaseModel

    init(_ base: BaseModel) { self.base = base }

    /// Names and texts, in order.
    var lines: [(String, String)] {
        let shape = base.configuration
        let unused = base.weights.unusedTensors
        var lines = [
            ("kind", shape.architecture.rawValue),
            ("layers", "\(shape.layerCount) of width \(shape.hiddenSize), feed-forward \(shape.intermediateSize)"),
            ("attention", "\(shape.headCount) heads of \(shape.headDimension), \(shape.keyValueHeadCount) for keys and values"),
            ("rotary", "base \(shape.ropeTheta)\(shape.ropeScaling.map { ", stretched: \($0)" } ?? "")"),
            ("context", "\(shape.contextLength) tokens"),
            ("vocabulary", "\(base.tokenizer.vocabularySize) tokens, \(shape.vocabularySize) rows of the embedding"),
            ("head", shape.tieWordEmbeddings ? "the embedding itself" : "of its own"),
            ("tensors", "\(shape.tensorShapes.count) used, \(unused.count) not used"),
        ]
        if !unused.isEmpty {
            let shown = unused.prefix(8).joined(separator: ", ")
            lines.append(("not used", unused.count > 8 ? "\(shown) and \(unused.count - 8) others" : shown))
        }
        lines.append(("template", template))
        lines.append(
            ("stops at", base.chat.stopTokens.sorted().map { "\($0) \(base.tokenizer.spelling(of: $0) ?? "")" }.joined(separator: ", ")))
        lines.append(("root", base.root.hex))
        return lines
    }

    private var template: String {
        guard let source = base.chat.template else { return "none in its files" }
        do {
            _ = try JinjaTemplate(source)
            return "its own, \(source.utf8.count) bytes"
        } catch {
            return "its own, but \(error); choose another with --template"
        }
    }
}
