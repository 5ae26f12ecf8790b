import LoRA

/// Which windows each step trains on: all windows in a new random order every epoch, `batchSize` a step.
///
/// Epoch e shuffles 0..<n by Fisher and Yates from the end: for i = n − 1 … 1, swap i with ⌊u · (i + 1) / 2^32⌋,
/// u being word i mod 4 of the "shuffle" generator's block with counter (i div 4, 0, e, 0). Epochs follow each other
/// without a gap, so a batch may span two.
struct BatchSampler {
    private let generator: Philox
    private let windowCount: Int
    private let batchSize: Int
    private var epoch = -1
    private var order: [Int] = []
    private var next = 0

    init(_ round: TrainingRound) {
        generator = round.generator("shuffle")
        windowCount = round.data.windowCount(length: round.configuration.sequenceLength)
        batchSize = round.configuration.batchSize
    }

    /// The windows of the next step.
    mutating func batch() -> [Int] {
        (0..<batchSize).map { _ in
            if next == order.count { startEpoch() }
            defer { next += 1 }
            return order[next]
        }
    }

    private mutating func startEpoch() {
        epoch += 1
        next = 0
        order = Self.order(of: windowCount, epoch: epoch, generator)
    }

    /// A random order of 0..<count.
    static func order(of count: Int, epoch: Int, _ generator: Philox) -> [Int] {
        var order = Array(0..<count)
        for i in stride(from: count - 1, to: 0, by: -1) {
            let block = generator.block(SIMD4(UInt32(truncatingIfNeeded: i / 4), 0, UInt32(truncatingIfNeeded: epoch), 0))
            let other = Int(block[i % 4].multipliedFullWidth(by: UInt32(truncatingIfNeeded: i + 1)).high)
            order.swapAt(i, other)
        }
        return order
    }
}
