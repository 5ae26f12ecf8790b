public import LoRA
import ModelFiles

/// A change as a codec writes it, with what everybody will read and what is left.
///
/// A trainer may send more than it trained: ``boosted(by:)`` multiplies what is read, a step size that costs no byte.
/// What is left stays the change less what the unboosted update carries, so that feedback does not undo the boost.
public struct EncodedUpdate: Sendable {
    public var codec: UpdateEncoding { payload.codec }
    /// What every reader of the file gets.
    public let delta: LoRADelta
    /// The change less what the update carries of it (`delta` before any boost), in one FP32 subtraction a value: to
    /// be added to the next round's change (error feedback).
    public let residual: LoRADelta
    /// By how much `delta` is more than what was carried.
    public let boost: Float
    /// Bytes of the tensors, without the header.
    public var payloadSize: Int { payload.modules.count + payload.tensors.values.reduce(0) { $0 + $1.bytes.count } }
    /// How many of the layout's modules are in it.
    public var moduleCount: Int { payload.modules.reduce(0) { $0 + $1.nonzeroBitCount } }

    let payload: UpdatePayload

    init(_ payload: UpdatePayload, of change: LoRADelta) throws(UpdateFileError) {
        self.payload = payload
        boost = 1
        delta = try payload.delta(layout: change.layout)
        let rest = zip(change.values, delta.values).map { $0 - $1 }
        do throws(LoRAError) {
            residual = try LoRADelta(layout: change.layout, values: rest)
        } catch {
            throw .wrongLayout(reason: error.description)
        }
    }

    private init(payload: UpdatePayload, delta: LoRADelta, residual: LoRADelta, boost: Float) {
        self.payload = payload
        self.delta = delta
        self.residual = residual
        self.boost = boost
    }

    /// The same update with all its magnitudes multiplied by `boost` and rounded to binary16 again; its size stays.
    /// Magnitudes saturate at the largest finite binary16. The boosts of repeated calls do not add up: each starts
    /// from the payload it is called on.
    public func boosted(by boost: Float) throws(UpdateFileError) -> EncodedUpdate {
        let payload = payload.scaled(by: boost)
        return EncodedUpdate(
            payload: payload, delta: try payload.delta(layout: delta.layout), residual: residual, boost: self.boost * boost)
    }
}

extension UpdatePayload {
    /// The payload with its binary16 values, magnitudes or whole values, multiplied by `factor`.
    func scaled(by factor: Float) -> UpdatePayload {
        let tensors = tensors.mapValues { tensor in
            guard tensor.type == .f16 else { return tensor }
            let words = (0..<tensor.bytes.count / 2).map { index in
                HalfPrecision.bits(min(max(HalfPrecision.float(Words16.word(tensor.bytes, index)) * factor, -65_504), 65_504))
            }
            return Tensor(type: .f16, shape: tensor.shape, bytes: Words16.bytes(words))
        }
        return UpdatePayload(codec: codec, modules: modules, tensors: tensors)
    }

    /// The change in FP32, zero outside the chosen modules.
    func delta(layout: LoRALayout) throws(UpdateFileError) -> LoRADelta {
        let modules = try chosen(of: layout)
        let count = modules.reduce(0) { $0 + $1.count }
        let packed: [Float]
        switch codec {
        case .denseFP16: packed = try DenseCoder.decode(self, count: count)
        case .sign1Bit: packed = try SignCoder.decode(self, modules: modules, rank: layout.configuration.rank)
        case .signRows: packed = try SignRowsCoder.decode(self, modules: modules, rank: layout.configuration.rank)
        case .topK2Bit: packed = try TopKCoder.decode(self, count: count)
        }
        var values = [Float](repeating: 0, count: layout.valueCount)
        var position = 0
        for module in modules {
            values.replaceSubrange(module.range, with: packed[position..<position + module.count])
            position += module.count
        }
        do throws(LoRAError) {
            return try LoRADelta(layout: layout, values: values)
        } catch {
            throw .wrongLayout(reason: error.description)
        }
    }
}
