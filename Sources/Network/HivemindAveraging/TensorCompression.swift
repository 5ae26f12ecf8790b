import Primitives

/// Why a tensor's bytes are not the numbers that they should be.
public enum TensorError: Error, Equatable, Sendable, CustomStringConvertible {
    case type(String)
    case compression(SerialisedTensor.Compression)
    case length(expected: Int, actual: Int)
    case codebook

    public var description: String {
        switch self {
        case .type(let name): "tensors of type '\(name.prefix(32))' are not read"
        case .compression(let kind): "tensors compressed by \(kind) are not read"
        case .length(let expected, let actual): "a tensor's buffer has \(actual) bytes, not \(expected)"
        case .codebook: "a tensor's codebook is longer than its buffer, or an index is not in it"
        }
    }
}

extension SerialisedTensor {
    /// Numbers above it are written as it in 16 bits, as Hivemind does.
    static let largestFloat16: Float = 65_504
    private static let bins = 256
    /// What the 256 bins span, in standard deviations (`Uniform8BitQuantization`).
    private static let rangeInSigmas: Float = 6

    /// Bytes that a number takes in a compression that is written here; Hivemind cuts parts by it.
    public static func bytesPerNumber(_ compression: Compression) -> Int? {
        switch compression {
        case .none: 4
        case .float16: 2
        case .uniform8Bit: 1
        case .meanStd16Bit, .quantile8Bit, .blockwise8Bit: nil
        }
    }

    /// FP32 numbers, compressed.
    ///
    /// - Throws: for a compression other than none, FLOAT16 and UNIFORM_8BIT.
    public init(_ numbers: [Float], shape: [Int]? = nil, compression: Compression = .none) throws(TensorError) {
        self.init(buffer: [], shape: shape ?? [numbers.count], compression: compression)
        switch compression {
        case .none:
            buffer.reserveCapacity(4 * numbers.count)
            for number in numbers { buffer.append(littleEndian: number.bitPattern) }
        case .float16:
            buffer.reserveCapacity(2 * numbers.count)
            for number in numbers {
                let bounded = number.isNaN ? number : max(-Self.largestFloat16, min(Self.largestFloat16, number))
                buffer.append(littleEndian: Float16(bounded).bitPattern)
            }
        case .uniform8Bit: buffer = Self.quantised(numbers)
        case .meanStd16Bit, .quantile8Bit, .blockwise8Bit: throw .compression(compression)
        }
    }

    /// The numbers, as FP32.
    public func numbers() throws(TensorError) -> [Float] {
        switch compression {
        case .none: try plain()
        case .float16: try read(buffer[...], 2) { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
        case .uniform8Bit, .quantile8Bit: try fromCodebook()
        case .meanStd16Bit, .blockwise8Bit: throw .compression(compression)
        }
    }

    private func plain() throws(TensorError) -> [Float] {
        switch type {
        case "float32": return try read(buffer[...], 4) { (bits: UInt32) in Float(bitPattern: bits) }
        case "float64": return try read(buffer[...], 8) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        case "float16": return try read(buffer[...], 2) { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
        case "bfloat16":
            // Hivemind sends these as FP32 unless told otherwise.
            if buffer.count == 4 * count { return try read(buffer[...], 4) { (bits: UInt32) in Float(bitPattern: bits) } }
            return try read(buffer[...], 2) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
        default: throw .type(type)
        }
    }

    /// A count of eight bytes, so many FP32 numbers, and an index of one byte for each number.
    private func fromCodebook() throws(TensorError) -> [Float] {
        guard let length = buffer.littleEndian(UInt64.self, at: 0), length <= UInt64(Self.bins), buffer.count >= 8 + 4 * Int(length) else {
            throw .codebook
        }
        let indices = buffer[(8 + 4 * Int(length))...]
        let codebook = (0..<Int(length)).map { Float(bitPattern: buffer.littleEndian(UInt32.self, at: 8 + 4 * $0) ?? 0) }
        guard indices.count == count else { throw .length(expected: count, actual: indices.count) }
        guard indices.allSatisfy({ Int($0) < codebook.count }) else { throw .codebook }
        return indices.map { codebook[Int($0)] }
    }

    private func read<Bits: FixedWidthInteger>(
        _ bytes: ArraySlice<UInt8>, _ size: Int, _ number: (Bits) -> Float
    ) throws(TensorError) -> [Float] {
        guard bytes.count == size * count else { throw .length(expected: size * count, actual: bytes.count) }
        return (0..<count).map { number(bytes.littleEndian(Bits.self, at: size * $0) ?? 0) }
    }

    /// Bins of equal width around the mean; each bin's number in the codebook is the mean of what fell into it.
    private static func quantised(_ numbers: [Float]) -> [UInt8] {
        let count = Double(numbers.count)
        let mean = numbers.isEmpty ? 0 : Float(numbers.reduce(0) { $0 + Double($1) } / count)
        let squares = numbers.reduce(0.0) { $0 + Double($1 - mean) * Double($1 - mean) }
        let scale = numbers.count < 2 ? 0 : rangeInSigmas * Float((squares / (count - 1)).squareRoot()) / Float(bins)
        let indices = numbers.map { number -> UInt8 in
            guard scale > 0, scale.isFinite, number.isFinite else { return UInt8(bins / 2) }
            let place = ((number - mean) / scale).rounded(.toNearestOrEven) + Float(bins / 2)
            return UInt8(max(0, min(Float(bins - 1), place)))
        }
        var sums = [(sum: Double, count: Double)](repeating: (0, 0), count: bins)
        for (number, index) in zip(numbers, indices) {
            let bin = sums[Int(index)]
            sums[Int(index)] = (bin.sum + Double(number), bin.count + 1)
        }
        var buffer = UInt64(bins).littleEndianBytes
        for bin in sums { buffer.append(littleEndian: Float(bin.count == 0 ? 0 : bin.sum / bin.count).bitPattern) }
        return buffer + indices
    }
}
