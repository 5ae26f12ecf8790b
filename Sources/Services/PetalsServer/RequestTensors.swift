import HivemindAveraging
import PetalsWire
import Transformer

/// A request's tensors as the call's arguments.
struct RequestTensors {
    private let tensors: [SerialisedTensor]
    private let width: Int
    private let setting: PetalsSetting

    /// - Parameter width: numbers of a token.
    init(_ tensors: [SerialisedTensor], _ metadata: RequestMetadata, width: Int, setting: PetalsSetting) throws {
        self.tensors = try metadata.arguments(count: tensors.count).map { tensors[$0] }
        (self.width, self.setting) = (width, setting)
    }

    /// Hidden states or their gradient, `[batch, length, width]`.
    func states(_ place: Int, _ name: String) throws -> HiddenStates {
        guard tensors.indices.contains(place) else { throw PetalsServerError.tensors("\(name) are missing") }
        let shape = tensors[place].shape
        guard shape.count == 3, shape[2] == width, shape[0] > 0 else {
            throw PetalsServerError.tensors("\(name) have the shape \(shape) and not [batch, tokens, \(width)]")
        }
        guard shape[0] <= setting.maximumBatch else { throw PetalsServerError.tooManySequences(shape[0], limit: setting.maximumBatch) }
        let (rows, overflow) = shape[0].multipliedReportingOverflow(by: shape[1])
        guard !overflow, rows <= setting.maximumTokens else {
            throw PetalsServerError.tooManyTokens(overflow ? .max : rows, limit: setting.maximumTokens)
        }
        return try HiddenStates(try tensors[place].numbers(), batch: shape[0], length: shape[1], width: width)
    }

    /// Prompts of `[blocks, batch, length, width]`; `nil` where the argument is left out or stands for none.
    func prompts(_ place: Int, blocks: Int, batch: Int) throws -> DeepPrompts? {
        guard tensors.indices.contains(place), !tensors[place].isAbsent else { return nil }
        let shape = tensors[place].shape
        guard shape.count == 4, shape[0] == blocks, shape[3] == width, shape[1] == batch || shape[1] == 1 else {
            throw PetalsServerError.tensors("prompts have the shape \(shape) and not [\(blocks), \(batch), tokens, \(width)]")
        }
        let numbers = try tensors[place].numbers()
        let size = shape[1] * shape[2] * width
        return try DeepPrompts(
            (0..<blocks).map { block in
                let values = Array(numbers[block * size..<(block + 1) * size])
                // One for all sequences, where there is only one.
                let all = shape[1] == batch ? values : (0..<batch).flatMap { _ in values }
                return try HiddenStates(all, batch: batch, length: shape[2], width: width)
            })
    }

    /// Which sequence each goes on from; `nil` where that is left open.
    func sources(_ place: Int) throws -> [Int]? {
        guard tensors.indices.contains(place), !tensors[place].isAbsent else { return nil }
        return try tensors[place].integers().map { Int($0) }
    }
}

extension HiddenStates {
    func serialised(_ compression: SerialisedTensor.Compression) throws(TensorError) -> SerialisedTensor {
        try SerialisedTensor(values, shape: [batch, length, width], compression: compression)
    }
}
