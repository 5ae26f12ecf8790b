import EngineTypes
import Logging
import Primitives
import RemoteExecutionEngine
import ServiceInterfaces
import Synchronization
import Testing

@testable import polai

@Suite("Waiting for another process")
struct WaitingTests {
    @Test("Lines come at once and then at intervals that grow, pauses grow to five seconds")
    func line() {
        var line = WaitingLine("the beacon node")
        var (waited, told): (Duration, [Duration]) = (.zero, [])
        var pauses: [Duration] = []
        for _ in 0..<1000 {
            let (pause, words) = line.failed("nobody listens")
            if let words {
                told.append(waited)
                #expect(words.hasPrefix("Waiting for the beacon node") && words.hasSuffix(": nobody listens"))
            }
            waited += pause
            pauses.append(pause)
        }
        #expect(Array(pauses.prefix(5)) == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(5)])
        #expect(pauses.max() == .seconds(5) && told.first == .zero)
        let gaps = zip(told, told.dropFirst()).map { $1 - $0 }
        #expect(gaps == gaps.sorted() && gaps.first.map { $0 < .seconds(20) } == true)
        #expect(gaps.last.map { $0 >= .seconds(600) && $0 < .seconds(610) } == true && told.count < 20)
    }

    @Test("Another reason is told, but not each time that reasons change to and fro")
    func reasons() {
        var line = WaitingLine("it")
        #expect(line.failed("a").line == "Waiting for it: a")
        #expect(line.failed("b").line == nil)
        var count = 0
        for index in 0..<100 where line.failed(index % 2 == 0 ? "a" : "b").line != nil { count += 1 }
        #expect((1...100).contains(count))
        #expect(line.isWaiting && line.succeeded() == "No longer waiting for it")
        #expect(!line.isWaiting && line.succeeded() == nil)
        // Who is away anew is told of at once.
        #expect(line.failed("a") == (.milliseconds(500), "Waiting for it: a"))
    }

    struct Away: Error {}

    @Test("Whoever waits goes on when it is answered, and stops where nothing helps")
    func waits() async throws {
        let tries = Atomic(0)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let answer = try await waiting(for: "it", logger: logger) {
            if tries.wrappingAdd(1, ordering: .relaxed).newValue < 2 { throw Away() }
            return 7
        }
        #expect(answer == 7 && tries.load(ordering: .relaxed) == 2)
        await #expect(throws: SetupError.self) { try await waiting(for: "it", logger: logger) { throw SetupError("wrong chain") } }
    }

    /// Answers, or is away.
    private final class Moody: ExecutionEngine {
        let mood = Mutex<RemoteEngineError?>(nil)

        func newPayload(
            _ payload: ExecutionPayload, parentBeaconBlockRoot: Hash32, executionRequests: [[UInt8]]
        ) throws -> PayloadStatus { throw RemoteEngineError.unreachable("x", reason: "y") }

        func forkchoiceUpdated(_ state: ForkchoiceState, attributes: PayloadAttributes?) throws -> ForkchoiceUpdated {
            if let error = mood.withLock({ $0 }) { throw error }
            return ForkchoiceUpdated(payloadStatus: .valid(state.headBlockHash))
        }

        func getPayload(_ id: PayloadID) throws -> GetPayloadResponse { throw RemoteEngineError.unreachable("x", reason: "y") }
    }

    @Test("An engine that goes is told of once, and once when it is back; what it refuses is no absence")
    func engine() async throws {
        let (moody, log) = (Moody(), LineLog())
        let engine = WatchedEngine(moody, at: "http://there:1", logger: log.logger)
        let choice = ForkchoiceState(headBlockHash: .zero, safeBlockHash: .zero, finalizedBlockHash: .zero)
        _ = try await engine.forkchoiceUpdated(choice, attributes: nil)
        moody.mood.withLock { $0 = .answered(method: "m", code: -38002, message: "no") }
        await #expect(throws: RemoteEngineError.self) { _ = try await engine.forkchoiceUpdated(choice, attributes: nil) }
        #expect(log.lines.isEmpty)
        moody.mood.withLock { $0 = .unreachable("http://there:1", reason: "refused") }
        for _ in 0..<3 {
            await #expect(throws: RemoteEngineError.self) { _ = try await engine.forkchoiceUpdated(choice, attributes: nil) }
        }
        moody.mood.withLock { $0 = nil }
        _ = try await engine.forkchoiceUpdated(choice, attributes: nil)
        #expect(log.lines.count == 2 && log.lines.last == "No longer waiting for the execution node at http://there:1")
        #expect(log.lines.first?.hasPrefix("Waiting for the execution node at http://there:1: ") == true)
    }

    /// What was logged.
    private final class LineLog: Sendable {
        private let kept = Mutex<[String]>([])

        var lines: [String] { kept.withLock { $0 } }
        var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }
        func add(_ line: String) { kept.withLock { $0.append(line) } }
    }

    private struct Handler: LogHandler {
        let log: LineLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.add("\(event.message)") }
    }
}
