import LoRA
import LoRATraining
import LossGate
import PeerIdentity
import Primitives
import Synchronization
import Testing
import Transformer
import UpdateAudit
import UpdateCodec

@Suite struct RoundReplayTests {
    let fixture: Fixture
    let replay: RoundReplay

    init() throws {
        fixture = try Fixture()
        replay = RoundReplay(backend: fixture.backend)
    }

    func run(_ file: UpdateFile, residual: LoRADelta? = nil, general: [[Int32]] = []) throws -> ReplayReport {
        try replay.run(
            file, baseModelRoot: fixture.gate.model.baseModelRoot, parent: fixture.zero, data: fixture.data, residual: residual,
            general: general)
    }

    /// What a round was tried on besides its own windows is an input where it changes the choice; a trainer may also be without.
    @Test func generalTextIsAnInput() throws {
        let (free, _) = try fixture.round()
        let after = try fixture.zero.adding(free.delta(layout: fixture.layout))
        let windows: [[Int32]] = (0..<400).map { start in
            (0..<9).map { (place: Int) -> Int32 in Int32(((start * 9 + place) * 41 + 11) % 640) }
        }
        let backend = fixture.backend
        let hurt = try windows.filter { try backend.loss(of: after, on: [$0]) > backend.loss(of: fixture.zero, on: [$0]) }
        try #require(!hurt.isEmpty)
        let (bound, residual) = try fixture.round(general: hurt)
        try #require(bound.bytes != free.bytes)
        let report = try run(bound, general: hurt)
        #expect(report.isEqual && report.residual == residual)
        #expect(try !run(bound).isEqual)
        #expect(try run(free, general: hurt).isEqual)
    }

    @Test func aFirstRoundIsEqual() throws {
        let (file, residual) = try fixture.round()
        let report = try run(file)
        #expect(report.isEqual)
        #expect(report.losses.count == 4)
        #expect(report.residual == residual)
    }

    /// A later round needs the rest that the round before left over, and its replay gives the next one's.
    @Test func theRestIsAnInput() throws {
        let rest = try LoRADelta(layout: fixture.layout, values: [Float](repeating: 1e-4, count: fixture.layout.valueCount))
        let (second, left) = try fixture.round(seed: 2, residual: rest)
        let report = try run(second, residual: rest)
        #expect(report.isEqual && report.residual == left)
        guard case .different(let difference) = try run(second).outcome else { Issue.record("the rest made no difference"); return }
        #expect(difference.elements > 0 && difference.modules > 0)
        #expect(difference.elementCount == fixture.layout.valueCount && difference.moduleCount == fixture.layout.modules.count)
    }

    @Test func tellsWhereAnUpdateDiffers() throws {
        let (honest, _) = try fixture.round()
        var values = try honest.delta(layout: fixture.layout).values
        let module = fixture.layout.modules[5]
        values[module.offset + 3 * 8 + 2] += 0.25
        values[module.offset + 4 * 8] += 0.5
        let report = try run(fixture.file(values))
        guard case .different(let difference) = report.outcome else { Issue.record("not found"); return }
        #expect(difference.module == module.name && difference.row == 3 && difference.column == 2)
        #expect(difference.elements == 2 && difference.modules == 1)
        #expect(difference.largest > 0.4 && difference.largest < 0.6)
        #expect(difference.expected - difference.replayed > 0.2)
    }

    @Test func claimsOfOtherStepsOrSeedsDiffer() throws {
        let (file, _) = try fixture.round(steps: 4)
        let values = try file.delta(layout: fixture.layout).values
        #expect(!(try run(fixture.file(values, metadata: fixture.metadata(steps: 5))).isEqual))
        #expect(!(try run(fixture.file(values, metadata: fixture.metadata(seed: 100))).isEqual))
    }

    /// Hyperparameters other than the chain's stand in the recipe.
    @Test func theRecipeIsFollowed() throws {
        var configuration = TrainingConfiguration.standard
        configuration.learningRate = 3e-4
        configuration.batchSize = 4
        var metadata = fixture.metadata()
        metadata.recipe = configuration.recipe
        let split = ValidationSplit(fixture.data)
        let result = try fixture.backend.train(
            TrainingRound(updateSeed: metadata.seed, steps: Int(metadata.steps), split: split, configuration: configuration),
            from: fixture.zero)
        let encoded = try UpdateEncoder(metadata: metadata).update(
            of: result, residual: .zero(fixture.layout), from: fixture.zero, windows: split.windows, backend: fixture.backend)
        let file = try UpdateFile(encoded, metadata: metadata) { try fixture.key.sign($0) }
        #expect(try run(file).isEqual)
        let other = try UpdateFile(encoded, metadata: fixture.metadata()) { try fixture.key.sign($0) }
        #expect(!(try run(other).isEqual))
    }

    @Test func refusesWhatCannotBeReplayed() throws {
        let values = [Float](repeating: 0.001, count: fixture.layout.valueCount)
        func expect(_ change: (inout UpdateMetadata) -> Void, _ isExpected: (ReplayError) -> Bool) throws {
            var metadata = fixture.metadata()
            change(&metadata)
            let file = try fixture.file(values, metadata: metadata)
            let error = #expect(throws: ReplayError.self) { try run(file) }
            if let error { #expect(isExpected(error), "\(error)") }
        }
        try expect({ $0.steps = .max }) { $0 == .steps(.max, limit: 100_000) }
        try expect({ $0.steps = 0 }) { $0 == .steps(0, limit: 100_000) }
        try expect({ $0.recipe = "magic" }) { $0 == .unknownRecipe("magic") }
        try expect({ $0.recipe = "batch=1000000,length=1000000" }) { $0 == .batch(1_000_000, length: 1_000_000) }
        let adapter = SHA256.hash([5])
        try expect({ $0 = $0.starting(from: adapter) }) {
            $0 == .notTrained(adapter: adapter) && $0.description.contains("nothing was trained")
        }
        let contributor = try UpdateContributor(to: fixture.metadata(), trainer: .zero, samples: 8, signer: fixture.key)
        try expect({ $0.contributors = [contributor] }) {
            $0 == .averaged(contributors: [contributor.peer]) && $0.description.contains("averaged with a group")
        }
        try expect({ $0.dataHash = .zero }) { $0 == .otherData(expected: .zero, actual: fixture.data.root) }
        try expect({ $0.parentAdapterRoot = .zero }) { if case .update(.wrongParent) = $0 { true } else { false } }
        try expect({ $0.baseModelRoot = .zero }) { if case .update(.wrongBaseModel) = $0 { true } else { false } }
        #expect(throws: ReplayError.training(.cancelled(afterSteps: 0))) {
            try replay.run(
                fixture.file(values), baseModelRoot: fixture.gate.model.baseModelRoot, parent: fixture.zero, data: fixture.data,
                isCancelled: { true })
        }
    }

    @Test func tracesFindTheStep() throws {
        let trace = StepTrace(losses: [3.25, 2.5, .nan])
        #expect(trace.text == "1 40500000 3.25\n2 40200000 2.5\n3 7fc00000 nan\n")
        #expect(StepTrace(text: trace.text) == trace)
        #expect(trace.firstDifference(from: trace) == nil)
        #expect(trace.firstDifference(from: StepTrace(losses: [3.25, 2.75, 1])) == 2)
        #expect(trace.firstDifference(from: StepTrace(losses: [3.25])) == 2)
        for text in ["1 4050000 3", "2 40500000 3", "1 40500000", "1 4050000g 3", "1 +0500000 3"] { #expect(StepTrace(text: text) == nil) }
    }
}
