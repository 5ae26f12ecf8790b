import PeerIdentity
import PetalsWire
import TestSupport
import Testing
import Transformer

@testable import PetalsClient

@Suite("Sessions through remote blocks, and servers that fail")
struct SessionTests {
    static let width = 3

    static func blocks(
        _ swarm: FakeSwarm, _ time: FakeTime = FakeTime(), change: (inout RemoteBlocks.Setting) -> Void = { _ in }
    ) -> RemoteBlocks {
        var setting = RemoteBlocks.Setting(prefix: "fake-hf", blockCount: swarm.blockCount, width: width)
        change(&setting)
        return RemoteBlocks(setting, network: swarm, now: { time.now }, pause: { time.pause($0) })
    }

    static func states(_ length: Int, seed: UInt64 = 1, batch: Int = 1) throws -> HiddenStates {
        var random = SeededGenerator(seed: seed)
        let values = (0..<batch * length * width).map { _ in Float(Int.random(in: -64...64, using: &random)) / 8 }
        return try HiddenStates(values, batch: batch, length: length, width: width)
    }

    struct Run {
        var output: [Float]
        var peers: [String]
        var blocks: [Range<Int>]
        var replacements: Int
    }

    /// A prompt of four tokens, then token by token.
    static func run(_ blocks: RemoteBlocks, _ states: HiddenStates, prompt: Int = 4) async throws -> Run {
        var session = InferenceSession(blocks, maximumLength: states.length)
        var (output, next) = ([Float](), 0)
        while next < states.length {
            let end = next == 0 ? prompt : next + 1
            let part = Array(states.values[next * width..<end * width])
            let step = try HiddenStates(part, batch: 1, length: end - next, width: width)
            output += try await session.advance(by: step).values
            next = end
        }
        let run = Run(
            output: output, peers: session.route.map(\.peer), blocks: session.route.map(\.blocks), replacements: session.replacements)
        await session.end()
        return run
    }

    @Test("a chain of two servers gives what all blocks give, and is told that it is over")
    func chain() async throws {
        let swarm = FakeSwarm(blockCount: 5, [1: .init(blocks: 0..<3), 2: .init(blocks: 2..<5)])
        let states = try Self.states(9)
        let run = try await Self.run(Self.blocks(swarm), states)
        #expect(run.output == swarm.expected(states.values, width: Self.width))
        #expect(run.blocks.flatMap(\.self) == Array(0..<5) && run.peers == [FakeSwarm.peer(1), FakeSwarm.peer(2)].map(\.description))
        #expect(run.replacements == 0 && swarm.open == 0 && swarm.tokens(of: 1) == 9)
    }

    @Test("a server that fails in any way at any step is replaced, and nothing of the text changes", arguments: FakeSwarm.Fault.allCases)
    func failover(_ fault: FakeSwarm.Fault) async throws {
        let states = try Self.states(8, seed: 2)
        for step in 0..<5 {
            let swarm = FakeSwarm(
                blockCount: 4,
                [1: .init(blocks: 0..<2, rate: 1000), 2: .init(blocks: 2..<4, rate: 1000, faults: [step: fault]), 3: .init(blocks: 0..<4)])
            let time = FakeTime()
            let run = try await Self.run(Self.blocks(swarm, time), states)
            #expect(run.output == swarm.expected(states.values, width: Self.width))
            #expect(run.replacements == 1 && time.waits == [.zero])
            // The successor was given everything again; the server before it was not asked again.
            #expect(swarm.tokens(of: 3) == 8 && swarm.tokens(of: 1) == 8 && swarm.open == 0)
        }
    }

    @Test("the one in whose place two come: the second of them gets all earlier tokens from the first")
    func split() async throws {
        let swarm = FakeSwarm(
            blockCount: 6,
            [
                1: .init(blocks: 0..<5, rate: 1000, faults: [2: .error]), 2: .init(blocks: 5..<6), 3: .init(blocks: 0..<3),
                4: .init(blocks: 3..<5, faults: [1: .notANumber]), 5: .init(blocks: 2..<5, rate: 1),
            ])
        let states = try Self.states(9, seed: 3)
        let run = try await Self.run(Self.blocks(swarm), states)
        #expect(run.output == swarm.expected(states.values, width: Self.width))
        #expect(run.replacements == 2 && run.blocks == [0..<3, 3..<5, 5..<6])
        #expect(swarm.tokens(of: 2) == 9 && swarm.open == 0)
    }

    @Test("a server that is gone when its stream is opened is passed over for a while")
    func gone() async throws {
        let swarm = FakeSwarm(blockCount: 2, [1: .init(blocks: 0..<2, rate: 1000, isGone: true), 2: .init(blocks: 0..<2, rate: 1)])
        let (time, states) = (FakeTime(), try Self.states(4))
        let blocks = Self.blocks(swarm, time)
        let (one, two) = ("\(FakeSwarm.peer(1))", "\(FakeSwarm.peer(2))")
        let first = try await Self.run(blocks, states)
        #expect(first.peers == [two])
        swarm.set(1) { $0.isGone = false }
        let second = try await Self.run(blocks, states)
        #expect(second.peers == [two] && swarm.searches == 1)
        time.pause(.seconds(61))
        let third = try await Self.run(blocks, states)
        #expect(third.peers == [one] && swarm.searches == 2)
    }

    @Test("where all fail the error says so after so many attempts with longer and longer waits; the session is over")
    func hopeless() async throws {
        let faults = Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, FakeSwarm.Fault.notANumber) })
        let swarm = FakeSwarm(blockCount: 2, [1: .init(blocks: 0..<2, faults: faults)])
        let (time, states) = (FakeTime(), try Self.states(4))
        var session = InferenceSession(Self.blocks(swarm, time) { $0.attempts = 5 }, maximumLength: 8)
        do {
            _ = try await session.advance(by: states)
            Issue.record("it went through")
        } catch PetalsError.failed(let blocks, let attempts, let last) {
            #expect(blocks == 0..<2 && attempts == 5 && last.contains("NaN"))
        }
        #expect(time.waits == [.zero, .seconds(1), .seconds(2), .seconds(4)] && swarm.open == 0)
        do {
            _ = try await session.advance(by: states)
            Issue.record("a session that failed goes on")
        } catch { #expect(error as? PetalsError == .sessionOver) }

        let partial = FakeSwarm(blockCount: 4, [1: .init(blocks: 0..<2), 2: .init(blocks: 3..<4)])
        let unserved = PetalsError.unserved(blocks: [2], prefix: "fake-hf")
        await #expect(throws: unserved) { try await Self.run(Self.blocks(partial) { $0.attempts = 2 }, states) }
        let empty = FakeSwarm(blockCount: 4, [:])
        await #expect(throws: PetalsError.unknown(prefix: "fake-hf")) { try await Self.run(Self.blocks(empty), states) }
        #expect(empty.searches == 1, "nobody waits for a model that is not there")
    }

    @Test("a server that comes back is asked again where there is no other")
    func returning() async throws {
        let swarm = FakeSwarm(blockCount: 2, [1: .init(blocks: 0..<2, faults: [1: .error, 2: .error])])
        let states = try Self.states(7, seed: 5)
        let run = try await Self.run(Self.blocks(swarm), states)
        #expect(run.output == swarm.expected(states.values, width: Self.width) && run.replacements == 2)
    }

    @Test("a long prompt goes in several steps, and so does what a successor is given")
    func steps() async throws {
        let swarm = FakeSwarm(blockCount: 3, [1: .init(blocks: 0..<3, rate: 1000, faults: [4: .error]), 2: .init(blocks: 0..<3)])
        let states = try Self.states(9, seed: 6)
        // Two tokens a step.
        let run = try await Self.run(Self.blocks(swarm) { $0.stepSize = 2 * 4 * Self.width }, states, prompt: 9)
        #expect(run.output == swarm.expected(states.values, width: Self.width) && run.replacements == 1)
        #expect(swarm.tokens(of: 1) == 9 && swarm.tokens(of: 2) == 9)
    }

    @Test("too many tokens, states of another width, and several sequences are refused before anybody is asked")
    func refusals() async throws {
        let swarm = FakeSwarm(blockCount: 1, [1: .init(blocks: 0..<1)])
        var session = InferenceSession(Self.blocks(swarm), maximumLength: 4)
        let wide = try HiddenStates([1, 2], batch: 1, length: 1, width: 2)
        for (states, expected) in [
            (try Self.states(5), PetalsError.tooLong(tokens: 5, limit: 4)),
            (wide, .badInput("1 × 1 × 2 states where the model has 1 × n × 3")),
            (try Self.states(1, batch: 2), .badInput("2 × 1 × 3 states where the model has 1 × n × 3")),
        ] {
            do {
                _ = try await session.advance(by: states)
                Issue.record("\(expected) was not thrown")
            } catch { #expect(error as? PetalsError == expected) }
        }
        #expect(swarm.searches == 0)
        _ = try await session.advance(by: Self.states(4))
    }

    @Test("passes without a session: batches, gradients, and servers that fail on the way and on the way back")
    func passes() async throws {
        let states = try Self.states(4, seed: 7, batch: 2)
        let gradient = try Self.states(4, seed: 8, batch: 2)
        func plain(_ rows: [Float], _ run: ([Float]) -> [Float]) -> [Float] {
            [rows.prefix(rows.count / 2), rows.suffix(rows.count / 2)].flatMap { run(Array($0)) }
        }
        for faults in [[:], [0: FakeSwarm.Fault.error], [1: .wrongShape], [0: .notANumber, 1: .error]] {
            let swarm = FakeSwarm(
                blockCount: 4,
                [1: .init(blocks: 0..<2, rate: 1000), 2: .init(blocks: 2..<4, rate: 1000, faults: faults), 3: .init(blocks: 1..<4)])
            let blocks = Self.blocks(swarm)
            let trace = try await blocks.forward(states)
            #expect(trace.output.values == plain(states.values) { swarm.expected($0, width: Self.width) })
            let back = try await blocks.backward(trace, gradient)
            let expected = plain(gradient.values) { rows in (0..<4).reduce(rows) { rows, _ in FakeSwarm.gradient(rows, width: Self.width) }
            }
            #expect(back.values == expected)
        }
    }

    @Test("only servers with the adapter are asked for it")
    func adapter() async throws {
        let swarm = FakeSwarm(blockCount: 2, [1: .init(blocks: 0..<2, rate: 1000), 2: .init(blocks: 0..<2, adapters: ["mine"])])
        let run = try await Self.run(Self.blocks(swarm) { $0.adapter = "mine" }, try Self.states(4))
        #expect(run.peers == ["\(FakeSwarm.peer(2))"])
    }
}
