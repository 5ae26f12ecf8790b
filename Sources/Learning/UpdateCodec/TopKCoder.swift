import ModelFiles

/// `topk-2bit`: the values of largest magnitude, in chunks of 4,096, each as a sign and one of two magnitudes.
///
/// `bits` is one stream, the lowest bit of each byte first, padded with zeros to a whole byte. For each chunk with a
/// count above 0: four bits of Rice parameter p (0–12), lowest first; then for each value in ascending position the
/// gap to the one before (position − previous − 1, where the previous position starts at −1) as ⌊gap / 2^p⌋ ones, a
/// zero and the p low bits of the gap, lowest first; then the sign (1 for plus) and the magnitude (1 for the higher).
enum TopKCoder {
    static let chunkLength = 4096
    static let maximumParameter = 12

    // MARK: Encoding

    /// Encodes the `count` largest values.
    static func encode(_ values: [Float], count: Int) -> [String: UpdatePayload.Tensor] {
        let isTaken = largest(values, count: count)
        var counts: [UInt16] = []
        var scales: [UInt16] = []
        var stream = BitWriter()
        var positions: [Int] = []
        for start in stride(from: 0, to: values.count, by: chunkLength) {
            positions.removeAll(keepingCapacity: true)
            for index in start..<min(start + chunkLength, values.count) where isTaken[index] { positions.append(index - start) }
            counts.append(UInt16(truncatingIfNeeded: positions.count))
            let (low, high) = magnitudes(positions.map { values[start + $0].magnitude })
            scales += [low, high]
            guard !positions.isEmpty else { continue }
            let gaps = zip(positions, [-1] + positions).map { $0 - $1 - 1 }
            let parameter = bestParameter(gaps)
            stream.append(UInt32(parameter), count: 4)
            let (lowValue, highValue) = (HalfPrecision.float(low), HalfPrecision.float(high))
            for (gap, position) in zip(gaps, positions) {
                stream.appendOnes(gap >> parameter)
                stream.append(0, count: 1)
                stream.append(UInt32(gap & (1 << parameter - 1)), count: parameter)
                let value = values[start + position]
                stream.append(value >= 0 ? 1 : 0, count: 1)
                let isHigh = (highValue - value.magnitude).magnitude < (lowValue - value.magnitude).magnitude
                stream.append(isHigh ? 1 : 0, count: 1)
            }
        }
        let bits = stream.finish()
        return [
            "counts": .init(type: .u16, shape: [counts.count], bytes: Words16.bytes(counts)),
            "scales": .init(type: .f16, shape: [counts.count, 2], bytes: Words16.bytes(scales)),
            "bits": .init(type: .u8, shape: [bits.count], bytes: bits),
        ]
    }

    /// Marks the `count` values of largest magnitude; of equals the first.
    private static func largest(_ values: [Float], count: Int) -> [Bool] {
        var isTaken = [Bool](repeating: false, count: values.count)
        // Magnitudes order as their bit patterns do: find the bin of the upper bits in which the count is reached.
        var bins = [Int](repeating: 0, count: 1 << 16)
        for value in values { bins[Int(value.magnitude.bitPattern >> 15)] += 1 }
        var (bin, missing) = (bins.count - 1, min(count, values.count))
        while bin > 0, bins[bin] < missing {
            missing -= bins[bin]
            bin -= 1
        }
        var border: [(magnitude: Float, index: Int)] = []
        for (index, value) in values.enumerated() {
            let place = Int(value.magnitude.bitPattern >> 15)
            if place > bin { isTaken[index] = true }
            if place == bin { border.append((value.magnitude, index)) }
        }
        border.sort { $0.magnitude != $1.magnitude ? $0.magnitude > $1.magnitude : $0.index < $1.index }
        for entry in border.prefix(missing) { isTaken[entry.index] = true }
        return isTaken
    }

    /// Two magnitudes for a chunk's values: a two-means clustering of them, rounded to binary16.
    private static func magnitudes(_ values: [Float]) -> (low: UInt16, high: UInt16) {
        guard !values.isEmpty else { return (0, 0) }
        var border = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        var (low, high) = (border, border)
        for _ in 0..<5 {
            var (lowSum, lowCount, highSum, highCount) = (0.0, 0, 0.0, 0)
            for value in values {
                if Double(value) <= border {
                    lowSum += Double(value)
                    lowCount += 1
                } else {
                    highSum += Double(value)
                    highCount += 1
                }
            }
            low = lowCount > 0 ? lowSum / Double(lowCount) : border
            high = highCount > 0 ? highSum / Double(highCount) : low
            border = (low + high) / 2
        }
        func half(_ value: Double) -> UInt16 { HalfPrecision.bits(min(Float(value), 65_504)) }
        return (half(low), half(high))
    }

    private static func bestParameter(_ gaps: [Int]) -> Int {
        func size(_ parameter: Int) -> Int { gaps.reduce(0) { $0 + $1 >> parameter + 1 + parameter } }
        return (0...maximumParameter).min { size($0) < size($1) } ?? 0
    }

    // MARK: Decoding

    static func decode(_ payload: UpdatePayload, count: Int) throws(UpdateFileError) -> [Float] {
        try payload.checkNames(["counts", "scales", "bits"])
        let chunks = (count + chunkLength - 1) / chunkLength
        let counts = try payload.tensor("counts", .u16, [chunks])
        let scales = try Words16.magnitudes(payload.tensor("scales", .f16, [chunks, 2]), tensor: "scales")
        guard let tensor = payload.tensors["bits"] else { throw .badTensor(name: "bits", reason: "is missing") }
        var stream = BitReader(try payload.tensor("bits", .u8, [tensor.bytes.count]))
        func read(_ count: Int) throws(UpdateFileError) -> Int {
            guard let value = stream.read(count) else { throw .badTensor(name: "bits", reason: "ends early") }
            return value
        }
        var values = [Float](repeating: 0, count: count)
        for chunk in 0..<chunks {
            let start = chunk * chunkLength
            let length = min(chunkLength, count - start)
            let taken = Int(Words16.word(counts, chunk))
            guard taken <= length else { throw .badTensor(name: "counts", reason: "takes \(taken) of \(length) values") }
            if taken == 0 { continue }
            let parameter = try read(4)
            guard parameter <= maximumParameter else { throw .badTensor(name: "bits", reason: "has Rice parameter \(parameter)") }
            var position = -1
            for _ in 0..<taken {
                var quotient = 0
                while try read(1) == 1 {
                    quotient += 1
                    guard quotient <= length else { throw .badTensor(name: "bits", reason: "leaves its chunk") }
                }
                position += 1 + quotient << parameter + (try read(parameter))
                guard position < length else { throw .badTensor(name: "bits", reason: "leaves its chunk") }
                let isPositive = try read(1) == 1
                let scale = scales[2 * chunk + (try read(1))]
                values[start + position] = isPositive || scale == 0 ? scale : -scale
            }
        }
        guard stream.isFinished else { throw .badTensor(name: "bits", reason: "has bits after the last value") }
        return values
    }
}
