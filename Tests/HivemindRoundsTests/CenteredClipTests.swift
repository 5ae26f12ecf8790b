import PeerIdentity
import Testing

@testable import HivemindRounds

@Suite("Averages that no sender moves far")
struct CenteredClipTests {
    @Test("senders that are alike have their weighted mean")
    func mean() {
        #expect(CenteredClip.centre([[4, 8]], weights: [3]) == [4, 8])
        let two = CenteredClip.centre([[1, 2], [3, -2]], weights: [1, 1])
        #expect(two == [2, 0])
        // Four corners of a square around (1, 1): all as far from the middle, weights 1, 1, 1, 2 make 5.
        let four = CenteredClip.centre([[0, 0], [2, 0], [0, 2], [2, 2]], weights: [1, 1, 1, 2])
        #expect(abs(four[0] - 1.2) < 1e-5 && abs(four[1] - 1.2) < 1e-5)
    }

    @Test("a sender of huge numbers, or of a huge weight, moves it by little", arguments: [1e3, 1e10, 3e38] as [Float])
    func outlier(_ size: Float) {
        let honest: [[Float]] = [[1, 0, 0], [1.1, 0, 0.1], [0.9, 0.1, 0], [1, -0.1, -0.1]]
        for (vector, weight) in [([size, -size, size], 1.0), ([size, 0, 0], 1e9 - 1), ([2, 0, 0], 1e9 - 1)] {
            let centre = CenteredClip.centre(honest + [vector], weights: [1, 1, 1, 1, weight])
            #expect(centre.allSatisfy { $0.isFinite })
            #expect(zip(centre, [1, 0, 0]).allSatisfy { abs($0 - $1) < 0.5 }, "\(centre)")
        }
    }

    /// Of 0, 1, 2 and 100 the last is clipped, not dropped: the fixed point of c = (0 + 1 + 2 + c + 2) / 4, where dropping it gives 1.
    @Test("who is far off is drawn near, and still counts")
    func clipped() {
        #expect(abs(CenteredClip.centre([[0], [1], [2], [100]], weights: [1, 1, 1, 1])[0] - 5 / 3) < 1e-5)
    }

    @Test("where most agree to the bit, others do not count")
    func agreement() {
        #expect(CenteredClip.centre([[1, 2], [1, 2], [9, 9]], weights: [1, 1, 1]) == [1, 2])
        #expect(CenteredClip.centre([[], []], weights: [1, 1]) == [])
    }

    @Test("a reducer whose group is its own clips part by part", .timeLimit(.minutes(1)))
    func reducer() async throws {
        let peers = (1...4).map { AveragingRoundTests.peer($0) }
        let reducer = PartReducer(lengths: [1, 2], senders: Set(peers), rule: .centeredClip)
        let results = try await withThrowingTaskGroup(of: [[Float]].self) { tasks in
            for (number, peer) in peers.enumerated() {
                let numbers: [Float] = number == 3 ? [1e30, -1e30] : [2, 4]
                tasks.addTask {
                    [
                        try await reducer.add([numbers[0]], part: 0, weight: 1, from: peer),
                        try await reducer.add(numbers, part: 1, weight: 1, from: peer),
                    ]
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(results == [[[Float]]](repeating: [[2], [2, 4]], count: 4))
    }
}
