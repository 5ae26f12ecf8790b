public import LoRA

/// A change as a codec writes it, with what everybody will read and what is left.
public struct EncodedUpdate: Sendable {
    public var codec: UpdateEncoding { payload.codec }
    /// What every reader of the file gets.
    public let delta: LoRADelta
    /// The change less `delta`: to be added to the next round's change (error feedback).
    public let residual: LoRADelta
    /// Bytes of the tensors, without the header.
    public var payloadSize: Int { payload.modules.count + payload.tensors.values.reduce(0) { $0 + $1.bytes.count } }
    /// How many of the layout's modules are in it.
    public var moduleCount: Int { payload.modules.reduce(0) { $0 + $1.nonzeroBitCount } }

    let payload: UpdatePayload

    init(_ payload: UpdatePayload, of change: LoRADelta) throws(UpdateFileError) {
        self.payload = payload
        delta = try payload.delta(layout: change.layout)
        let rest = zip(change.values, delta.values).map { $0 - $1 }
        do throws(LoRAError) {
            residual = try LoRADelta(layout: change.layout, values: rest)
        } catch {
            throw .wrongLayout(reason: error.description)
        }
    }
}

extension UpdatePayload {
    /// The change in FP32, zero outside the chosen modules.
    func delta(layout: LoRALayout) throws(UpdateFileError) -> LoRADelta {
        let modules = try chosen(of: layout)
        let count = modules.reduce(0) { $0 + $1.count }
        let packed: [Float]
        switch codec {
        case .denseFP16: packed = try DenseCoder.decode(self, count: count)
        case .sign1Bit: packed = try SignCoder.decode(self, modules: modules, rank: layout.configuration.rank)
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
