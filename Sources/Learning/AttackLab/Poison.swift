import Aggregation
import Foundation
import LoRA
import Primitives

/// Builds the changes that attackers send, from everything that the honest ones made: the strongest adversary, who
/// sees all updates before sending its own.
struct Poison {
    let layout: LoRALayout
    /// What the attackers would have sent honestly, one each.
    let own: [[Float]]
    /// What the honest trainers send.
    let honest: [[Float]]
    /// A backdoor's change, where one is needed.
    let backdoor: [Float]
    let generator: Philox

    /// One change for each attacker.
    func changes(_ attack: Attack) throws -> [LoRADelta] {
        let crafted = attack == .fang ? try fang() : []
        return try own.indices.map { index in
            let values: [Float]
            switch attack {
            case .signFlip: values = own[index].map { -$0 }
            case .gaussian: values = gaussian(index)
            case .alie: values = alie(index)
            case .fang: values = crafted[index]
            case .copycat: values = honest[index % honest.count]
            // Broken at the file; the values are of no matter.
            case .notANumber, .oversize: values = own[index]
            case .backdoor:
                let boost = Float(own.count + honest.count) / Float(own.count)
                values = zip(own[index], backdoor).map { 0.01 * $0 + boost * $1 }
            case .cleanLabel:
                let share = Self.norm(own[index]) / max(Self.norm(backdoor), .leastNormalMagnitude)
                values = zip(own[index], backdoor).map { 0.8 * $0 + 0.2 * share * $1 }
            }
            return try LoRADelta(layout: layout, values: values)
        }
    }

    private func gaussian(_ index: Int) -> [Float] {
        let size = 10 * Self.norm(own[index]) / Float(own[index].count).squareRoot()
        var noise = NoiseSource(generator, stream: UInt32(truncatingIfNeeded: index))
        return own[index].map { _ in size * noise.next() }
    }

    private func alie(_ index: Int) -> [Float] {
        let total = own.count + honest.count
        let supporters = total / 2 + 1 - own.count
        let quantile = Double(total - own.count - supporters) / Double(max(1, total - own.count))
        let shift = Float(Self.normalQuantile(min(max(quantile, 0.5), 0.999)))
        var noise = NoiseSource(generator, stream: UInt32(truncatingIfNeeded: 1000 + index))
        let (mean, deviation) = Self.moments(honest)
        // A little noise of their own, or they would be copies of each other.
        return zip(mean, deviation).map { $0 - shift * $1 + 0.1 * $1 * noise.next() }
    }

    /// Against the mean with the largest step at which Krum still selects one of them, for all attackers at once.
    private func fang() throws -> [[Float]] {
        let (mean, _) = Self.moments(honest)
        let direction = mean.map { (value: Float) -> Float in value > 0 ? -1 : value < 0 ? 1 : 0 }
        // A little noise of their own, or they would be copies of each other.
        let bases = own.indices.map { index in
            var noise = NoiseSource(generator, stream: UInt32(truncatingIfNeeded: 2000 + index))
            return direction.map { $0 + 0.05 * noise.next() }
        }
        let others = try honest.enumerated().map { number, values in
            AggregationInput(id: Self.id(number + 1), delta: try LoRADelta(layout: layout, values: values))
        }
        var step = mean.reduce(Float(0)) { max($0, $1.magnitude) }
        for _ in 0..<12 {
            let crafted = try bases.enumerated().map { number, base in
                AggregationInput(id: Self.id(200 + number), delta: try LoRADelta(layout: layout, values: base.map { step * $0 }))
            }
            let selected = try AggregatedUpdate(others + crafted, layout: layout, rule: AggregationRule(selection: .krum)).selected
            if selected.suffix(crafted.count).contains(true) { break }
            step /= 2
        }
        return bases.map { base in base.map { step * $0 } }
    }

    private static func id(_ number: Int) -> Hash32 { Hash32([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 32)) ?? .zero }

    static func norm(_ values: [Float]) -> Float { Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()) }

    /// Mean and standard deviation, element by element.
    static func moments(_ updates: [[Float]]) -> (mean: [Float], deviation: [Float]) {
        guard let first = updates.first else { return ([], []) }
        let count = Float(updates.count)
        var mean = [Float](repeating: 0, count: first.count)
        var square = mean
        for update in updates {
            for index in mean.indices {
                mean[index] += update[index] / count
                square[index] += update[index] * update[index] / count
            }
        }
        return (mean, zip(mean, square).map { max(0, $1 - $0 * $0).squareRoot() })
    }

    /// The value below which a standard normal number lies with this probability, by bisection.
    static func normalQuantile(_ probability: Double) -> Double {
        var (low, high) = (-8.0, 8.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

/// Nearly normal numbers: the sum of twelve uniform ones, less six.
struct NoiseSource {
    private let generator: Philox
    private let stream: UInt32
    private var counter: UInt32 = 0

    init(_ generator: Philox, stream: UInt32) {
        self.generator = generator
        self.stream = stream
    }

    mutating func next() -> Float {
        var sum: Float = -6
        for part in 0..<3 as Range<UInt32> {
            let block = generator.block(SIMD4(counter, part, stream, 0))
            for lane in 0..<4 { sum += Float(block[lane] >> 8) / Float(1 << 24) }
        }
        counter &+= 1
        return sum
    }
}
