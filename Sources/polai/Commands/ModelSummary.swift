import ChatTemplates
import ModelFiles
import Primitives

/// What `polai model inspect` tells of a model.
struct ModelSummary {
    private let base: BaseModel

    init(_ base: BaseModel) { self.base = base }

    /// Names and texts, in order.
    var lines: [(String, String)] {
        let unused = base.decoder.unusedTensors
        let vocabulary = "\(base.tokenizer.vocabularySize) tokens, \(base.decoder.vocabularySize) rows of the embedding"
        let (shape, used) =
            switch base.decoder {
            case .dense(let weights): (Self.shape(weights.configuration), weights.configuration.tensorShapes.count)
            case .latent(let weights): (Self.shape(weights.configuration), weights.configuration.tensorShapes.count)
            }
        var lines = [("kind", base.decoder.kind)] + shape
        lines += [
            ("vocabulary", vocabulary), ("head", base.decoder.isHeadTied ? "the embedding itself" : "of its own"),
            ("tensors", "\(used) used, \(unused.count) not used"),
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

    private static func shape(_ shape: ModelConfiguration) -> [(String, String)] {
        [
            ("layers", "\(shape.layerCount) of width \(shape.hiddenSize), feed-forward \(shape.intermediateSize)"),
            ("attention", "\(shape.headCount) heads of \(shape.headDimension), \(shape.keyValueHeadCount) for keys and values"),
            ("rotary", rotary(shape.ropeTheta, shape.ropeScaling)), ("context", "\(shape.contextLength) tokens"),
        ]
    }

    private static func shape(_ shape: DeepseekV3Configuration) -> [(String, String)] {
        [
            ("layers", "\(shape.layerCount) of width \(shape.hiddenSize), the first \(shape.denseLayerCount) without experts"),
            (
                "experts",
                "\(shape.chosenExpertCount) of \(shape.expertCount) a token, and \(shape.sharedExpertCount) that every token passes"
            ),
            ("attention", "\(shape.headCount) heads, keys and values from \(shape.keyValueRank) numbers"),
            ("rotary", rotary(shape.ropeTheta, shape.ropeScaling)), ("context", "\(shape.contextLength) tokens"),
        ]
    }

    private static func rotary(_ base: Float, _ scaling: RopeScaling?) -> String {
        "base \(base)\(scaling.map { ", stretched: \($0)" } ?? "")"
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
