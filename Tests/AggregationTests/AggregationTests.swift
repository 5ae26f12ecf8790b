import Aggregation
import LoRA
import ModelFiles
import Primitives
import TestSupport
import Testing

private let layout = LoRALayout(
    model: ModelConfiguration(
        architecture: .llama, vocabularySize: 10, hiddenSize: 8, intermediateSize: 12, layerCount: 1, headCount: 2,
        keyValueHeadCount: 1, headDimension: 4, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
        attentionBias: false, contextLength: 8),
    configuration: LoRAConfiguration(rank: 3, alpha: 6))

private func id(_ byte: UInt8) -> Hash32 { Hash32(repeatElement(byte, count: 32)) ?? .zero }

private func delta(_ body: (Int) -> Float) throws -> LoRADelta {
    try LoRADelta(layout: layout, values: (0..<layout.valueCount).map(body))
}

/// Inputs around one truth, in scrambled order of their ids.
private func honest(_ count: Int, seed: UInt64, noise: Float = 0.1) throws -> [AggregationInput] {
    var random = SeededGenerator(seed: seed)
    return try (0..<count).map { index in
        AggregationInput(
            id: id(UInt8(index * 37 % 251)), delta: try delta { Float($0 % 7) - 3 + Float.random(in: -noise...noise, using: &random) },
            steps: UInt64(index + 1))
    }
}

@Suite struct AggregationTests {
    @Test func oneInputIsTheResultItself() throws {
        let input = AggregationInput(id: id(1), delta: try delta { $0 == 4 ? -0.0 : Float($0) * 0.1 })
        for rule in [AggregationRule.chain, .fedAvg, .init(selection: .krum), .init(selection: .all, weighting: .steps)] {
            let result = try AggregatedUpdate([input], layout: layout, rule: rule)
            #expect(result.delta.bytes == input.delta.bytes)
            #expect(result.selected == [true])
        }
    }

    @Test func twoInputsAreAveragedInOrderOfTheirIDs() throws {
        // FP32 sums of three depend on their order; ids decide it, not positions.
        let values: [Float] = [1e8, 1, -1e8]
        let inputs = try values.enumerated().map { index, value in
            AggregationInput(id: id(UInt8(index)), delta: try delta { _ in value })
        }
        let expected = ((1e8 as Float) + 1 + -1e8) / 3
        #expect(expected == 0)
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let result = try AggregatedUpdate(order.map { inputs[$0] }, layout: layout, rule: .fedAvg)
            #expect(result.delta.values.allSatisfy { $0 == expected })
        }
        let reordered = [inputs[0].delta, inputs[2].delta, inputs[1].delta].enumerated().map {
            AggregationInput(id: id(UInt8($0.offset)), delta: $0.element)
        }
        #expect(try AggregatedUpdate(reordered, layout: layout, rule: .fedAvg).delta.values[0] == Float(1) / 3)
        let pair = try AggregatedUpdate([inputs[1], inputs[0]], layout: layout, rule: .fedAvg)
        #expect(pair.delta.values[0] == ((1e8 as Float) + 1) / 2)
    }

    @Test func weightsBySteps() throws {
        let inputs = [
            AggregationInput(id: id(2), delta: try delta { _ in 1 }, steps: 3),
            AggregationInput(id: id(1), delta: try delta { _ in 5 }, steps: 1),
            AggregationInput(id: id(3), delta: try delta { _ in 99 }, steps: 0),
        ]
        let result = try AggregatedUpdate(inputs, layout: layout, rule: .init(selection: .all, weighting: .steps))
        #expect(result.delta.values.allSatisfy { $0 == 2 })
        #expect(result.rejections == [nil, nil, .noSteps])
    }

    @Test func aLiarAboutStepsGainsAtMostAFactorOfTwo() throws {
        let steps: [UInt64] = [10, 10, .max]
        let inputs = try steps.enumerated().map { index, steps in
            AggregationInput(id: id(UInt8(index)), delta: try delta { _ in index == 2 ? 8 : Float(index) }, steps: steps)
        }
        let result = try AggregatedUpdate(inputs, layout: layout, rule: .init(selection: .all, weighting: .cappedSteps))
        // Weights 10, 10 and 20.
        #expect(result.delta.values.allSatisfy { $0 == 170 / 40 })
        // Equal claims give the plain average, bit for bit.
        let equal = try honest(5, seed: 9).map { AggregationInput(id: $0.id, delta: $0.delta, steps: 7) }
        #expect(
            try AggregatedUpdate(equal, layout: layout, rule: .init(selection: .all, weighting: .cappedSteps)).delta
                == AggregatedUpdate(equal, layout: layout, rule: .fedAvg).delta)
    }

    /// Against the definition, in the plainest terms.
    @Test(arguments: 3...16)
    func scoresByTheDefinition(count: Int) throws {
        let inputs = try honest(count, seed: UInt64(count), noise: 1)
        let tolerated = (count - 3) / 2
        let order = inputs.indices.sorted { inputs[$0].id < inputs[$1].id }
        func distance(_ left: [Float], _ right: [Float]) -> Float {
            var lanes = [Float](repeating: 0, count: 16)
            for index in left.indices { lanes[index % 16] += (left[index] - right[index]) * (left[index] - right[index]) }
            for width in [8, 4, 2, 1] { for lane in 0..<width { lanes[lane] += lanes[lane + width] } }
            return lanes[0]
        }
        let scores = order.map { first -> Float in
            let distances = order.filter { $0 != first }.map { distance(inputs[first].delta.values, inputs[$0].delta.values) }.sorted()
            var sum: Float = 0
            for value in distances[..<(count - tolerated - 2)] { sum += value }
            return sum
        }
        let ranked = order.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
        let taken = count - tolerated - 2
        let chosen = ranked[..<taken].sorted().map { order[$0] }
        let result = try AggregatedUpdate(inputs, layout: layout, rule: .init(selection: .multiKrum))
        #expect(inputs.indices.filter { result.selected[$0] } == chosen.sorted())
        let expected = (0..<layout.valueCount).map { element -> Float in
            if chosen.count == 1 { return inputs[chosen[0]].delta.values[element] }
            var sum = inputs[chosen[0]].delta.values[element]
            for index in chosen.dropFirst() { sum += inputs[index].delta.values[element] }
            return sum / Float(chosen.count)
        }
        #expect(result.delta.values == expected)
        let single = try AggregatedUpdate(inputs, layout: layout, rule: .init(selection: .krum))
        #expect(single.delta.bytes == inputs[order[ranked[0]]].delta.bytes)
        for (position, index) in order.enumerated() where !single.selected[index] {
            #expect(single.rejections[index] == .outlier(score: scores[position], limit: scores[ranked[0]]))
        }
    }

    @Test(arguments: [5, 7, 9, 13, 16])
    func leavesTheHostileOut(count: Int) throws {
        let hostile = (count - 3) / 2
        for attack in ["flip", "scale", "noise"] {
            var inputs = try honest(count, seed: 3)
            var random = SeededGenerator(seed: 8)
            for index in 0..<hostile {
                let values = inputs[index].delta
                inputs[index] = AggregationInput(
                    id: inputs[index].id,
                    delta: try delta {
                        switch attack {
                        case "flip": -values.values[$0]
                        case "scale": values.values[$0] * 10
                        default: Float.random(in: -5...5, using: &random)
                        }
                    })
            }
            let result = try AggregatedUpdate(inputs, layout: layout)
            #expect(result.selected[..<hostile].allSatisfy { !$0 }, "\(attack)")
            #expect(result.selected.contains(true))
        }
    }

    @Test func tiesGoToTheLowestID() throws {
        // Four corners of a square: all distances alike in pairs, all scores equal.
        let corners: [(Float, Float)] = [(1, 0), (0, 1), (-1, 0), (0, -1)]
        let inputs = try [3, 0, 2, 1].map { index in
            AggregationInput(id: id(UInt8(index)), delta: try delta { $0 == 0 ? corners[index].0 : $0 == 1 ? corners[index].1 : 0 })
        }
        let result = try AggregatedUpdate(inputs, layout: layout, rule: .init(selection: .krum))
        #expect(result.selected == [false, true, false, false])
        #expect(try AggregatedUpdate(inputs, layout: layout).selected == [false, true, false, true])
    }

    @Test func sameResultInAnyOrder() throws {
        var random = SeededGenerator(seed: 4)
        let inputs = try honest(9, seed: 12, noise: 2)
        let expected = try AggregatedUpdate(inputs, layout: layout).delta.bytes
        for _ in 0..<10 {
            #expect(try AggregatedUpdate(inputs.shuffled(using: &random), layout: layout).delta.bytes == expected)
        }
    }

    @Test func refusesIllFormedInputs() throws {
        let good = try honest(4, seed: 1)
        let other = LoRALayout(
            model: ModelConfiguration(
                architecture: .llama, vocabularySize: 10, hiddenSize: 8, intermediateSize: 12, layerCount: 2, headCount: 2,
                keyValueHeadCount: 1, headDimension: 4, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
                attentionBias: false, contextLength: 8))
        let inputs =
            good + [
                AggregationInput(id: id(200), delta: try delta { $0 == 5 ? .nan : 0 }),
                AggregationInput(id: id(201), delta: try delta { $0 == 5 ? -.infinity : 0 }),
                AggregationInput(id: id(202), delta: .zero(other)),
                AggregationInput(id: id(203), delta: good[2].delta),
                good[1],
            ]
        let result = try AggregatedUpdate(inputs, layout: layout, rule: .fedAvg)
        #expect(result.rejections == [nil, nil, nil, nil, .notFinite, .notFinite, .wrongLayout, .copy(of: good[2].id), .duplicate])
        #expect(result.delta == (try AggregatedUpdate(good, layout: layout, rule: .fedAvg).delta))
        #expect(throws: AggregationError.noUsableInput) { try AggregatedUpdate(Array(inputs[4...6]), layout: layout) }
        #expect(throws: AggregationError.noUsableInput) { try AggregatedUpdate([], layout: layout) }
    }

    @Test func survivesHugeValues() throws {
        let inputs = try (0..<5).map { index in
            AggregationInput(
                id: id(UInt8(index)), delta: try delta { _ in index % 2 == 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude })
        }
        // Copies leave one of each sign: too few for Krum, and their sum is zero.
        #expect(try AggregatedUpdate(inputs, layout: layout).delta.values[0] == 0)
        let distinct = try (0..<5).map { index in
            AggregationInput(id: id(UInt8(index)), delta: try delta { _ in Float.greatestFiniteMagnitude / Float(index + 1) })
        }
        #expect(throws: AggregationError.notFinite) { try AggregatedUpdate(distinct, layout: layout, rule: .fedAvg) }
        #expect(
            try AggregatedUpdate(distinct, layout: layout, rule: .init(selection: .krum)).selected == [true, false, false, false, false])
    }
}
