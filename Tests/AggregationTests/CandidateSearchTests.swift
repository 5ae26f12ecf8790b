import Aggregation
import LoRA
import ModelFiles
import Primitives
import Testing

private let layout = LoRALayout(
    model: ModelConfiguration(
        architecture: .llama, vocabularySize: 10, hiddenSize: 8, intermediateSize: 12, layerCount: 1, headCount: 2,
        keyValueHeadCount: 1, headDimension: 4, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
        attentionBias: false, contextLength: 8),
    configuration: LoRAConfiguration(rank: 1, alpha: 1))

private func id(_ byte: Int) -> Hash32 { Hash32(repeatElement(UInt8(byte), count: 32)) ?? .zero }

/// An input whose values are all `value`, but for its own number at one place, so that no two are equal.
private func input(_ number: Int, _ value: Float, steps: UInt64 = 1) throws -> AggregationInput {
    AggregationInput(
        id: id(number),
        delta: try LoRADelta(layout: layout, values: (0..<layout.valueCount).map { $0 == number ? value + 0.01 : value }), steps: steps)
}

/// Runs a search against a gate that sees only the mean value of a change, and lists what was measured.
private func run(
    _ inputs: [AggregationInput], gate: (Float) -> Bool
) -> (candidate: CandidateSearch.Candidate?, search: CandidateSearch, measured: [Float]) {
    var search = CandidateSearch(inputs, layout: layout)
    var measured: [Float] = []
    while measured.count < 1000 {
        switch search.next() {
        case .measure(let delta):
            let mean = (delta.values.reduce(0, +) / Float(delta.values.count) * 100).rounded() / 100
            measured.append(mean)
            search.record(passes: gate(mean), loss: 2 - mean)
        case .found(let candidate): return (candidate, search, measured)
        case .nothing: return (nil, search, measured)
        }
    }
    Issue.record("the search does not end")
    return (nil, search, measured)
}

@Suite struct CandidateSearchTests {
    @Test func oneInputIsMeasuredOnce() throws {
        let good = run([try input(1, 1)]) { $0 > 0 }
        #expect(good.candidate?.selected == [true])
        #expect(good.measured.count == 1)
        let bad = run([try input(1, -1)]) { $0 > 0 }
        #expect(bad.candidate == nil)
        #expect(bad.search.refusals == [id(1): .failsGate(loss: 3)])
        #expect(run([]) { _ in true }.candidate == nil)
    }

    @Test func ofTwoTheHostileOneIsLeftOut() throws {
        // Their average would pass: only the look at each alone finds the hostile one.
        let result = run([try input(1, 3), try input(2, -1)]) { $0 > 0 }
        #expect(result.candidate?.inputs.map(\.id) == [id(1)])
        #expect(result.candidate?.delta == (try input(1, 3)).delta)
        #expect(result.search.refusals == [id(2): .failsGate(loss: 3)])
        #expect(result.measured == [3, -1])
    }

    @Test func krumsOutlierStaysInTheManifestUntaken() throws {
        let result = run([try input(1, 1), try input(2, -1), try input(3, 1.1)]) { $0 > 0 }
        let candidate = try #require(result.candidate)
        #expect(candidate.inputs.map(\.id) == [id(1), id(2), id(3)])
        #expect(candidate.selected == [true, false, false])
        #expect(candidate.selected == (try AggregatedUpdate(candidate.inputs, layout: layout)).selected)
        guard case .outlier = result.search.refusals[id(2)], case .outlier = result.search.refusals[id(3)] else {
            Issue.record("\(result.search.refusals)")
            return
        }
        #expect(result.measured.count == 1)
    }

    @Test func aHostileMajorityIsMeasuredAway() throws {
        // Three that agree on harm outvote two honest ones in Krum; the gate takes them out one by one.
        let inputs = [try input(1, -1), try input(2, -1.01), try input(3, -1.02), try input(4, 1), try input(5, 2)]
        let result = run(inputs) { $0 > 0 }
        let candidate = try #require(result.candidate)
        #expect(zip(candidate.inputs, candidate.selected).filter(\.1).allSatisfy { [id(4), id(5)].contains($0.0.id) })
        for number in 1...3 where !candidate.inputs.contains(where: { $0.id == id(number) }) {
            guard case .failsGate = result.search.refusals[id(number)] else {
                Issue.record("\(number): \(String(describing: result.search.refusals[id(number)]))")
                continue
            }
        }
        #expect(result.measured.count <= inputs.count + 2)
    }

    @Test func goodOnesThatDoNotAgreeLeaveTheBest() throws {
        let result = run([try input(1, 1), try input(2, 3)]) { $0 == 1 || $0 == 3 }
        #expect(result.candidate?.inputs.map(\.id) == [id(2)])
        #expect(result.search.refusals == [id(1): .failsTogether])
        #expect(result.measured == [1, 3, 2])
    }

    @Test func illFormedInputsNeverReachTheManifest() throws {
        var values = try input(3, 1).delta.values
        values[0] = .nan
        let inputs = [
            try input(1, 1), AggregationInput(id: id(2), delta: try input(1, 1).delta),
            AggregationInput(id: id(3), delta: try LoRADelta(layout: layout, values: values)), try input(4, 1, steps: 0),
        ]
        let result = run(inputs) { $0 > 0 }
        #expect(result.candidate?.inputs.map(\.id) == [id(1)])
        #expect(result.search.refusals == [id(2): .copy(of: id(1)), id(3): .notFinite, id(4): .noSteps])
        let none = run([inputs[2], inputs[3]]) { _ in true }
        #expect(none.candidate == nil)
        #expect(none.search.refusals == [id(3): .notFinite, id(4): .noSteps])
    }

    @Test func anOverflowingAverageLosesItsLargest() throws {
        let result = run([try input(1, .greatestFiniteMagnitude), try input(2, .greatestFiniteMagnitude / 2)]) { _ in true }
        #expect(result.candidate?.inputs.map(\.id) == [id(2)])
        #expect(result.search.refusals == [id(1): .notFinite])
    }

    @Test func everySearchEndsAndFollowsTheRule() throws {
        var state: UInt64 = 7
        func random() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 23) - 1
        }
        for count in 1...16 {
            let inputs = try (1...count).map { try input($0, random()) }
            let result = run(inputs) { $0 > 0.1 }
            guard let candidate = result.candidate else { continue }
            let aggregate = try AggregatedUpdate(candidate.inputs, layout: layout)
            #expect(aggregate.selected == candidate.selected)
            #expect(aggregate.delta == candidate.delta)
            #expect(Set(result.search.refusals.keys).isDisjoint(with: zip(candidate.inputs, candidate.selected).filter(\.1).map(\.0.id)))
            #expect(result.measured.count <= 2 * count + 1)
        }
    }
}

@Suite struct CopyDetectorTests {
    @Test func knowsCopiesAndNearCopies() throws {
        var random: UInt64 = 1
        func noise() -> Float {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(random >> 40) / Float(1 << 23) - 1
        }
        func delta() throws -> LoRADelta { try LoRADelta(layout: layout, values: (0..<layout.valueCount).map { _ in noise() }) }
        var detector = CopyDetector()
        let first = try delta()
        #expect(detector.check(id(1), first) == nil)
        #expect(detector.check(id(2), try delta()) == nil)
        #expect(detector.check(id(3), first) == .copy(of: id(1)))
        #expect(detector.check(id(1), first) == .duplicate)
        let scaled = try LoRADelta(layout: layout, values: first.values.map { $0 * 1.5 })
        guard case .nearCopy(let original, let cosine) = detector.check(id(4), scaled) else {
            Issue.record("a scaled copy passed")
            return
        }
        #expect(original == id(1) && cosine > 0.999)
        let flipped = try LoRADelta(layout: layout, values: first.values.map { -$0 })
        #expect(detector.check(id(5), flipped) == nil)
        #expect(detector.check(id(6), .zero(layout)) == nil)
    }

    /// Work that is half alike is let in among its like, and refused among work that is not.
    @Test func comparesWithTheTypicalPair() throws {
        var random: UInt64 = 9
        func noise() -> Float {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(random >> 40) / Float(1 << 23) - 1
        }
        func values() -> [Float] { (0..<layout.valueCount).map { _ in noise() } }
        /// Changes that share `common` and differ by noise: cosine near 0.8 for a share of 2.
        func kin(_ common: [Float]) throws -> LoRADelta { try LoRADelta(layout: layout, values: common.map { 2 * $0 + noise() }) }

        let secret = values()
        var strict = CopyDetector()
        for number in 1...4 {
            #expect(strict.check(id(number), try LoRADelta(layout: layout, values: values())) == nil)
        }
        #expect(strict.limit == CopyDetector.lowestCosineLimit)
        #expect(strict.check(id(5), try kin(secret)) == nil)
        guard case .nearCopy(let first, let cosine) = strict.check(id(6), try kin(secret)) else {
            Issue.record("a conspirator passed")
            return
        }
        #expect(first == id(5) && cosine > 0.7 && cosine < 0.9)

        var mild = CopyDetector()
        for number in 1...6 { #expect(mild.check(id(number), try kin(secret)) == nil) }
        #expect(mild.limit > 0.85 && mild.limit < CopyDetector.cosineLimit)
    }
}
