import BeaconTypes
import JSON
import Primitives
import StateTransition

/// Runner `shuffling`: where each index goes, by the whole-list shuffle and by the one-index shuffle.
enum ShufflingVectors {
    static func run(_ testCase: SpecTestCase) throws {
        let yaml = try testCase.yaml("mapping")
        guard let seedText = yaml["seed"]?.string, let count = yaml["count"]?.uint64, let mapping = yaml["mapping"]?.array else {
            throw SpecTestFailure("mapping.yaml is incomplete")
        }
        let seed = try Hash32(hex: seedText)
        let rounds = try testCase.spec.preset.shuffleRoundCount
        let expected = mapping.compactMap(\.uint64)
        guard expected.count == Int(count) else { throw SpecTestFailure("mapping.yaml holds no list of numbers") }
        if computeShuffledPermutation(indexCount: count, seed: seed, rounds: rounds) != expected {
            throw SpecTestFailure("the list is shuffled otherwise")
        }
        guard count > 0 else { return }
        let sampler = ShuffledIndexSampler(seed: seed, indexCount: count, rounds: rounds)
        for index in stride(from: 0, to: count, by: max(1, Int(count / 100))) {
            let position = sampler.computeShuffledIndex(index)
            if position != expected[Int(index)] { throw SpecTestFailure("index \(index) goes to \(position)") }
        }
    }
}
