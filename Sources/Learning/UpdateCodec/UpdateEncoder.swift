public import LoRA
import ModelFiles

/// Writes changes as payloads that fit an update file.
///
/// ```swift
/// let encoder = UpdateEncoder(metadata: metadata)
/// let (update, _) = try encoder.best(of: change) { candidate in validationLoss(after: candidate.delta) }
/// let file = try UpdateFile(update, metadata: metadata) { message in try key.sign(message) }
/// feedback = update.residual
/// ```
public struct UpdateEncoder: Sendable {
    /// Most bytes of a whole file.
    public let limit: Int
    /// Bytes the tensors may have under this metadata.
    private let payloadLimit: Int

    /// - Parameters:
    ///   - metadata: what the file will say; it takes part of the room.
    ///   - signatureLength: bytes of the signature to come; 64 for Ed25519.
    public init(metadata: UpdateMetadata, signatureLength: Int = 64, limit: Int = UpdateFile.maximumSize) {
        self.limit = limit
        let signature = [UInt8](repeating: 0, count: signatureLength)
        let tensor = UpdatePayload.Tensor(type: .u8, shape: [0], bytes: [])
        let empty = UpdatePayload(codec: .denseFP16, modules: [], tensors: ["counts": tensor, "scales": tensor, "bits": tensor])
        let header = empty.writer(metadata: metadata.entries(codec: .denseFP16, signature: signature)).serialized().count
        // Shapes and offsets will have more digits than zeros have, and the header is padded.
        payloadLimit = limit - header - 112
    }

    /// Encodes `change` by one codec.
    ///
    /// - Parameter importance: for each value how much the loss feels it, such as `TrainingResult.gradientScale`;
    ///   empty when nothing is known. Only sign-rows asks for it.
    public func encode(
        _ change: LoRADelta, codec: UpdateEncoding, selection: ModuleSelection = .fitting, importance: [Float] = []
    ) throws(UpdateFileError) -> EncodedUpdate {
        if let module = change.firstNonFiniteModule { throw .notFinite(module: module.name) }
        let layout = change.layout
        let room = payloadLimit - (layout.modules.count + 7) / 8
        let chosen: [Int]
        switch selection {
        case .all: chosen = Array(layout.modules.indices)
        case .layers(let layers): chosen = layout.modules.indices.filter { layers.contains(layout.modules[$0].layer) }
        case .fitting: chosen = fitting(change, codec: codec, room: room)
        }
        guard !chosen.isEmpty else { throw .doesNotFit(codec: codec.rawValue, limit: limit) }
        let matrices = chosen.map { change.matrix(layout.modules[$0]) }
        let tensors: [String: UpdatePayload.Tensor]
        switch codec {
        case .denseFP16: tensors = DenseCoder.encode(matrices.flatMap { $0 })
        case .sign1Bit: tensors = SignCoder.encode(matrices, rank: layout.configuration.rank)
        case .topK2Bit: tensors = largestThatFit(matrices.flatMap { $0 }, room: room)
        case .signRows: return try rowsThatFit(change, chosen, importance: importance, room: room)
        }
        let payload = UpdatePayload(
            codec: codec, modules: UpdatePayload.bitmap(chosen, count: layout.modules.count), tensors: tensors)
        let update = try EncodedUpdate(payload, of: change)
        guard update.payloadSize <= payloadLimit else { throw .doesNotFit(codec: codec.rawValue, limit: limit) }
        return update
    }

    /// The modules that fit `room`, chosen by the energy their encoding carries for each byte it takes.
    private func fitting(_ change: LoRADelta, codec: UpdateEncoding, room: Int) -> [Int] {
        let layout = change.layout
        let rank = layout.configuration.rank
        // These take from all modules alike.
        if codec == .topK2Bit || codec == .signRows { return Array(layout.modules.indices) }
        let rated = layout.modules.indices.map { index -> (index: Int, cost: Int, gain: Double) in
            let matrix = change.matrix(layout.modules[index])
            switch codec {
            case .sign1Bit:
                // Replacing a column by its mean magnitude keeps rows · mean² of its energy.
                var sums = [Double](repeating: 0, count: rank)
                for (position, value) in matrix.enumerated() { sums[position % rank] += Double(value.magnitude) }
                let rows = Double(matrix.count / rank)
                let energy = sums.reduce(0) { $0 + $1 * $1 / rows }
                let cost = (matrix.count + 7) / 8 + 2 * rank
                return (index, cost, energy / Double(cost))
            case .denseFP16, .topK2Bit, .signRows:
                let energy = matrix.reduce(0.0) { $0 + Double($1) * Double($1) }
                return (index, 2 * matrix.count, energy / Double(2 * matrix.count))
            }
        }
        var left = room
        var chosen: [Int] = []
        for module in rated.sorted(by: { $0.gain != $1.gain ? $0.gain > $1.gain : $0.index < $1.index })
        where module.cost <= left {
            left -= module.cost
            chosen.append(module.index)
        }
        return chosen.sorted()
    }

    /// As many of the largest values as fit.
    private func largestThatFit(_ values: [Float], room: Int) -> [String: UpdatePayload.Tensor] {
        // No density takes less than four bits a value, two of them the value; from there down.
        var count = max(0, min(values.count, 8 * room / 4))
        while true {
            let tensors = TopKCoder.encode(values, count: count)
            let size = tensors.values.reduce(0) { $0 + $1.bytes.count }
            if size <= room || count == 0 { return tensors }
            count = min(count - 1, Int(Double(count) * Double(room) / Double(size)))
        }
    }
}
