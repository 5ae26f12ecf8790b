/// Krum's score of each of n ≥ 3 updates (Blanchard et al., "Machine learning with adversaries", NeurIPS 2017):
/// the sum of its squared distances to the n − f − 2 nearest others, f = ⌊(n − 3)/2⌋.
///
/// Everything is FP32 in a fixed order. A squared distance is taken in 16 lanes: lane j adds (a − b)² of elements
/// j, j + 16, j + 32, … one after another, difference, square and sum each rounded; then lanes 8–15 are added to
/// 0–7, 4–7 to 0–3, 2–3 to 0–1 and 1 to 0. A score adds its distances in ascending order.
struct KrumScores {
    let values: [Float]
    /// f: hostile updates tolerated.
    let tolerated: Int

    /// How many updates Multi-Krum takes: n − f − 2, which n ≥ 3 keeps at one or more.
    var multiKrumCount: Int { max(1, values.count - tolerated - 2) }

    init(_ updates: [[Float]]) {
        let count = updates.count
        let tolerated = max(0, (count - 3) / 2)
        self.tolerated = tolerated
        var distances = [[Float]](repeating: [], count: count)
        for first in 0..<count {
            for second in first + 1..<count {
                let distance = Self.squaredDistance(updates[first], updates[second])
                distances[first].append(distance)
                distances[second].append(distance)
            }
        }
        values = distances.map { distances in
            distances.sorted().prefix(max(1, count - tolerated - 2)).reduce(0, +)
        }
    }

    static func squaredDistance(_ left: [Float], _ right: [Float]) -> Float {
        var lanes = SIMD16<Float>(repeating: 0)
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                let count = min(left.count, right.count) / 4
                for block in 0..<count / 16 {
                    let difference =
                        left.loadUnaligned(fromByteOffset: 64 * block, as: SIMD16<Float>.self)
                        - right.loadUnaligned(fromByteOffset: 64 * block, as: SIMD16<Float>.self)
                    lanes = lanes + difference * difference
                }
                for index in count / 16 * 16..<count {
                    let difference =
                        left.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
                        - right.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
                    lanes[index % 16] += difference * difference
                }
            }
        }
        let eight = lanes.lowHalf + lanes.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }
}
