import PeerIdentity

/// How a reducer averages a part.
public enum AveragingRule: Sendable {
    /// The weighted mean, as Hivemind does.
    case mean
    /// `CenteredClip`, for a group in which each is told to expect it: a sender of made-up numbers moves it only so far.
    case centeredClip
}

/// Averages the parts of a round that fall to this node, one after the other: each is done when every sender that is still there
/// has sent it. Who sends what cannot be averaged, or nothing for too long, is left out of this part and all later ones.
actor PartReducer {
    /// Why a sender is left out.
    enum Refusal: Error, Equatable { case notASender, notThatPart, notNumbers, over }

    /// Weights that are taken lie between these: no sum overflows, and none is lost beside the others.
    private static let (smallestWeight, largestWeight) = (1e-9, 1e9)

    private let lengths: [Int]
    private var active: Set<PeerID>
    private var current = 0
    private var delivered: Set<PeerID> = []
    /// Of the mean, in FP64: no sum of FP32 numbers by the weights that are taken leaves its range.
    private var sum: [Double]
    private var weight = 0.0
    /// Of CenteredClip, which needs all at once.
    private let clips: Bool
    private var vectors: [[Float]] = []
    private var weights: [Double] = []
    private var waiting: [CheckedContinuation<[Float], any Error>] = []
    private var isOver = false

    /// - Parameters:
    ///   - lengths: numbers of each part.
    ///   - senders: whose numbers are averaged, this node among them.
    ///   - rule: of more senders than `AveragingRound.Setting.largestGroup`, whose parts would take too much room, it is the mean.
    init(lengths: [Int], senders: Set<PeerID>, rule: AveragingRule = .mean) {
        (self.lengths, active) = (lengths, senders)
        clips = rule == .centeredClip && senders.count <= AveragingRound.Setting.largestGroup
        sum = [Double](repeating: 0, count: lengths.first ?? 0)
    }

    var isDone: Bool { isOver || current >= lengths.count || active.isEmpty }
    var senders: Set<PeerID> { active }

    /// Adds a sender's part; returns its average once all have sent it.
    func add(_ numbers: [Float], part: Int, weight own: Double, from sender: PeerID) async throws -> [Float] {
        guard !isOver else { throw Refusal.over }
        guard active.contains(sender) else { throw Refusal.notASender }
        guard current < lengths.count, part == current, !delivered.contains(sender) else { throw refuse(sender, .notThatPart) }
        guard numbers.count == lengths[current], own > Self.smallestWeight, own < Self.largestWeight, numbers.allSatisfy(\.isFinite) else {
            throw refuse(sender, .notNumbers)
        }
        if clips {
            vectors.append(numbers)
            weights.append(own)
        } else {
            for place in numbers.indices { sum[place] += Double(numbers[place]) * own }
            weight += own
        }
        delivered.insert(sender)
        return try await withCheckedThrowingContinuation { waiter in
            waiting.append(waiter)
            finishIfComplete()
        }
    }

    /// A sender is gone. What it has sent counts.
    func leave(_ sender: PeerID) {
        guard active.remove(sender) != nil else { return }
        finishIfComplete()
        if active.isEmpty { end() }
    }

    /// Leaves out, again and again until all is done, whoever keeps the others waiting for so long.
    func watch(_ patience: Duration) async {
        while !isDone {
            let before = current
            guard (try? await Task.sleep(for: patience)) != nil else { break }
            // Where nobody has sent, nobody is kept waiting.
            guard current == before, !delivered.isEmpty else { continue }
            for sender in active.subtracting(delivered) { leave(sender) }
        }
        end()
    }

    private func refuse(_ sender: PeerID, _ reason: Refusal) -> Refusal {
        leave(sender)
        return reason
    }

    private func finishIfComplete() {
        guard !delivered.isEmpty, active.isSubset(of: delivered) else { return }
        let average = clips ? CenteredClip.centre(vectors, weights: weights) : sum.map { Float($0 / weight) }
        for waiter in waiting { waiter.resume(returning: average) }
        waiting = []
        current += 1
        begin()
    }

    private func begin() {
        (delivered, weight, vectors, weights) = ([], 0, [], [])
        sum = current < lengths.count ? [Double](repeating: 0, count: lengths[current]) : []
    }

    /// Nothing more is averaged: who waits, and who comes later, is told so.
    func end() {
        isOver = true
        for waiter in waiting { waiter.resume(throwing: Refusal.over) }
        waiting = []
    }
}
