import LoRA
import ModelFiles
import Primitives

/// The tensors of an update: the chosen modules and the codec's own.
struct UpdatePayload: Sendable {
    let codec: UpdateEncoding
    /// One bit a module of the layout, in its order, lowest bit first; unused bits are zero.
    let modules: [UInt8]
    /// The codec's tensors by name.
    let tensors: [String: Tensor]

    struct Tensor: Sendable {
        let type: SafetensorsType
        let shape: [Int]
        let bytes: [UInt8]
    }

    static let modulesName = "modules"

    /// A bitmap of `chosen`, ascending indices below `count`.
    static func bitmap(_ chosen: [Int], count: Int) -> [UInt8] {
        var bitmap = [UInt8](repeating: 0, count: (count + 7) / 8)
        for index in chosen { bitmap[index / 8] |= 1 << UInt8(index % 8) }
        return bitmap
    }

    /// The chosen modules, at least one, in the layout's order.
    func chosen(of layout: LoRALayout) throws(UpdateFileError) -> [LoRAModule] {
        let count = layout.modules.count
        guard modules.count == (count + 7) / 8 else {
            throw .wrongLayout(reason: "it is for about \(8 * modules.count) modules, the model has \(count)")
        }
        var chosen: [LoRAModule] = []
        for index in 0..<8 * modules.count where modules[index / 8] >> UInt8(index % 8) & 1 == 1 {
            guard index < count else { throw .wrongLayout(reason: "it changes a module beyond the model's \(count)") }
            chosen.append(layout.modules[index])
        }
        guard !chosen.isEmpty else { throw .wrongLayout(reason: "it changes no module") }
        return chosen
    }

    /// A tensor of the payload, which must have this type and shape.
    func tensor(_ name: String, _ type: SafetensorsType, _ shape: [Int]) throws(UpdateFileError) -> [UInt8] {
        guard let tensor = tensors[name] else { throw .badTensor(name: name, reason: "is missing") }
        guard tensor.type == type, tensor.shape == shape else {
            throw .badTensor(
                name: name, reason: "is \(tensor.type.rawValue) \(tensor.shape), not \(type.rawValue) \(shape)")
        }
        return tensor.bytes
    }

    func checkNames(_ names: Set<String>) throws(UpdateFileError) {
        for name in tensors.keys where !names.contains(name) { throw .badTensor(name: name, reason: "is unknown") }
    }

    func writer(metadata: [String: String]) -> SafetensorsWriter {
        var writer = SafetensorsWriter(metadata: metadata)
        writer.add(Self.modulesName, type: .u8, shape: [modules.count], bytes: modules)
        for (name, tensor) in tensors { writer.add(name, type: tensor.type, shape: tensor.shape, bytes: tensor.bytes) }
        return writer
    }
}

/// Little-endian 16-bit words.
enum Words16 {
    static func bytes(_ words: some Collection<UInt16>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * words.count)
        for word in words { bytes.append(littleEndian: word) }
        return bytes
    }

    static func word(_ bytes: [UInt8], _ index: Int) -> UInt16 {
        bytes.littleEndian(at: 2 * index) ?? 0
    }

    /// Magnitudes: every word a finite binary16 that is not negative.
    static func magnitudes(_ bytes: [UInt8], tensor: String) throws(UpdateFileError) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(bytes.count / 2)
        for index in 0..<bytes.count / 2 {
            let word = word(bytes, index)
            guard word < 0x7c00 else { throw .impossibleValue(tensor: tensor, reason: "holds a NaN, infinite or negative scale") }
            result.append(HalfPrecision.float(word))
        }
        return result
    }
}
