/// An average that no sender moves far (CenteredClip of Karimireddy, He and Jaggi, ICML 2021, with which the butterfly all-reduce
/// of BTARD, Gorbunov et al., ICML 2022, averages each part): starting in the middle, what each differs by is shortened to a radius
/// before it counts.
///
/// The middle is the median of each coordinate, the radius twice the median of the distances from it, so that senders who are about as
/// far apart as the others have their plain average. A weight above twice the median of the weights counts as that much.
enum CenteredClip {
    /// Steps at most; it ends before where one moves next to nothing.
    private static let steps = 20

    /// - Parameters:
    ///   - vectors: at least one, all of one length, of finite numbers.
    ///   - weights: one each, above zero.
    static func centre(_ vectors: [[Float]], weights: [Double]) -> [Float] {
        guard vectors.count > 1 else { return vectors.first ?? [] }
        let most = 2 * median(weights)
        let weights = weights.map { min($0, most) }
        let total = weights.reduce(0, +)
        var centre = middle(vectors)
        let radius = 2 * median(vectors.map { distance($0, centre) })
        for _ in 0..<steps {
            // Distances, sums and steps in FP64: no FP32 number's square leaves its range.
            let shares = zip(vectors, weights).map { vector, weight in
                let distance = distance(vector, centre)
                return weight / total * (distance > radius ? radius / distance : 1)
            }
            var moved = 0.0
            for place in centre.indices {
                var step = 0.0
                for (number, vector) in vectors.enumerated() { step += shares[number] * (Double(vector[place]) - centre[place]) }
                centre[place] += step
                moved += step * step
            }
            if moved.squareRoot() <= 1e-7 * radius { break }
        }
        return centre.map { Float($0) }
    }

    private static func middle(_ vectors: [[Float]]) -> [Double] {
        var column = [Double](repeating: 0, count: vectors.count)
        return (vectors.first ?? []).indices.map { place in
            for number in vectors.indices { column[number] = Double(vectors[number][place]) }
            return median(column)
        }
    }

    private static func distance(_ vector: [Float], _ centre: [Double]) -> Double {
        var sum = 0.0
        for place in centre.indices {
            let difference = Double(vector[place]) - centre[place]
            sum += difference * difference
        }
        return sum.squareRoot()
    }

    private static func median(_ numbers: [Double]) -> Double {
        let sorted = numbers.sorted()
        let half = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
    }
}
