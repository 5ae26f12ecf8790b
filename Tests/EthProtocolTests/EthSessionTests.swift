import ExecutionChain
import NodeRecords
import Primitives
import TestSupport
import Testing

@testable import EthProtocol

extension EthSession {
    /// Takes a message as a node does.
    mutating func receive(
        _ code: UInt64, _ data: [UInt8], schedule: ForkSchedule, head: (number: UInt64, time: UInt64), now: UInt64
    ) throws(EthError) -> EthMessage {
        try admit(code, size: data.count, now: now)
        let read = try ReadMessage(code, data: data, version)
        if case .status(let other) = read.message { try greet(other, schedule: schedule, head: head) } else { try take(read, now: now) }
        return read.message
    }
}

@Suite("A session of eth")
struct EthSessionTests {
    let schedule = ForkSchedule(genesis: Hash32(repeating: 1), blocks: [100], times: [])
    let head: (number: UInt64, time: UInt64) = (50, 0)

    private func status(_ change: (inout EthStatus) -> Void = { _ in }) -> EthStatus {
        var status = EthStatus(
            networkID: 1, genesis: Hash32(repeating: 1), forkID: schedule.id(number: 50, time: 0), head: Hash32(repeating: 9),
            totalDifficulty: 5, blocks: 0...50)
        change(&status)
        return status
    }

    private func session(_ limits: EthSession.Limits = .init()) -> EthSession {
        EthSession(version: .eth68, status: status(), firstID: 1_000, limits: limits, now: 0)
    }

    private func send(_ message: EthMessage, to session: inout EthSession, now: UInt64 = 0) throws(EthError) -> EthMessage {
        try session.receive(message.code, message.encoded(.eth68), schedule: schedule, head: head, now: now)
    }

    private func opened(_ limits: EthSession.Limits = .init()) throws -> EthSession {
        var session = session(limits)
        _ = try send(.status(status()), to: &session)
        return session
    }

    @Test("the status comes first, and once")
    func order() throws {
        var session = session()
        #expect(throws: EthError.outOfTurn(1)) { try send(.newBlockHashes([]), to: &session) }
        _ = try send(.status(status()), to: &session)
        #expect(session.status?.networkID == 1 && session.known.contains(Hash32(repeating: 9)))
        #expect(throws: EthError.outOfTurn(0)) { try send(.status(status()), to: &session) }
    }

    @Test("a status of another network, genesis, fork or version is refused")
    func strangers() {
        for (change, refusal): ((inout EthStatus) -> Void, EthError) in [
            ({ $0.networkID = 2 }, .wrongNetwork(2)), ({ $0.genesis = .zero }, .wrongGenesis),
            ({ $0.forkID = ForkID(hash: Bytes4(), next: 0) }, .wrongFork(.incompatible)),
            ({ $0.forkID.next = 40 }, .wrongFork(.incompatible)),
        ] {
            var session = session()
            #expect(throws: refusal) { try send(.status(status(change)), to: &session) }
        }
        var session = session()
        let other = EthMessage.status(status()).encoded(.eth69)
        #expect(throws: EthError.wrongVersion(69)) { try session.receive(0, other, schedule: schedule, head: head, now: 0) }
    }

    @Test("answers come to questions, once, and of their kind")
    func answers() throws {
        var session = try opened()
        let asked = session.open({ .getBlockBodies(id: $0, [.zero]) }, now: 0)
        let question = try #require(asked)
        #expect(question.requestID == 1_000 && session.openQuestions == 1)
        #expect(throws: EthError.outOfTurn(6)) { try send(.blockBodies(id: 5, []), to: &session) }
        _ = try send(.blockBodies(id: 1_000, []), to: &session)
        #expect(throws: EthError.outOfTurn(6)) { try send(.blockBodies(id: 1_000, []), to: &session) }
        _ = session.open({ .getReceipts(id: $0, [.zero]) }, now: 0)
        #expect(throws: EthError.outOfTurn(6)) { try send(.blockBodies(id: 1_001, []), to: &session) }
        // What asks nothing opens nothing.
        #expect(session.open({ .blockHeaders(id: $0, []) }, now: 0) == nil)
    }

    @Test("so many questions are open at once, and each for so long")
    func questions() throws {
        var limits = EthSession.Limits()
        (limits.questions, limits.timeout) = (2, 100)
        var session = try opened(limits)
        for _ in 0..<2 { #expect(session.open({ .getReceipts(id: $0, []) }, now: 0) != nil) }
        #expect(session.open({ .getReceipts(id: $0, []) }, now: 0) == nil)
        #expect(session.expire(now: 99).isEmpty)
        #expect(session.expire(now: 100).sorted() == [1_000, 1_001])
        #expect(session.expire(now: 101).isEmpty && session.openQuestions == 0)
        // Late is no breach, twice is.
        _ = try send(.receipts(id: 1_000, []), to: &session)
        #expect(throws: EthError.outOfTurn(16)) { try send(.receipts(id: 1_000, []), to: &session) }
    }

    @Test("a peer that sends more than its budget is refused before its message is read")
    func budget() throws {
        var limits = EthSession.Limits()
        (limits.messagesPerSecond, limits.messageBurst) = (10, 5)
        var session = try opened(limits)
        for _ in 0..<4 { _ = try send(.newBlockHashes([]), to: &session) }
        #expect(throws: EthError.overBudget) { try send(.newBlockHashes([]), to: &session) }
        // Time brings it back.
        _ = try send(.newBlockHashes([]), to: &session, now: 1_000)
        // Answers that are waited for cost nothing; those that nobody waits for do.
        for id in UInt64(1_000)..<1_020 {
            _ = session.open({ .getReceipts(id: $0, []) }, now: 1_000)
            _ = try send(.receipts(id: id, []), to: &session, now: 1_000)
        }
        for _ in 0..<4 { _ = try send(.newBlockHashes([]), to: &session, now: 1_000) }
        #expect(throws: EthError.overBudget) { try send(.receipts(id: 1_000, []), to: &session, now: 1_000) }
        var bytes = EthSession.Limits()
        (bytes.bytesPerSecond, bytes.byteBurst) = (100, 1_000)
        var other = try opened(bytes)
        #expect(throws: EthError.overBudget) { try send(.transactions([[UInt8](repeating: 2, count: 2_000)]), to: &other) }
    }

    @Test("transactions come as they were asked for, each once")
    func askedTransactions() throws {
        let (first, second): ([UInt8], [UInt8]) = ([2, 0xc1, 1], [0xc1, 2])
        let wanted = [first, second].map { Keccak256.hash($0) }
        var session = try opened()
        for _ in 0..<3 { _ = session.open({ .getPooledTransactions(id: $0, wanted) }, now: 0) }
        _ = try send(.pooledTransactions(id: 1_000, [second]), to: &session)
        #expect(session.known.contains(wanted[1]) && !session.known.contains(wanted[0]))
        #expect(throws: EthError.notAsked(wanted[0])) { try send(.pooledTransactions(id: 1_001, [first, first]), to: &session) }
        let foreign: [UInt8] = [2, 0xc1, 9]
        #expect(throws: EthError.notAsked(Keccak256.hash(foreign))) {
            try send(.pooledTransactions(id: 1_002, [first, foreign]), to: &session)
        }
    }

    @Test("an answer costs what it has above an answer's size, and a question what it asks for")
    func prices() throws {
        var limits = EthSession.Limits()
        (limits.bytesPerSecond, limits.byteBurst) = (1, 1_000)
        var session = try opened(limits)
        for _ in 0..<2 { _ = session.open({ .getReceipts(id: $0, []) }, now: 0) }
        try session.admit(0x10, size: 2 << 20, now: 0)
        #expect(throws: EthError.overBudget) { try session.admit(0x10, size: (2 << 20) + 1_000, now: 0) }
        // An answer of another kind is not waited for.
        #expect(throws: EthError.overBudget) { try session.admit(0x04, size: 1_000, now: 0) }
        var few = EthSession.Limits()
        (few.messagesPerSecond, few.messageBurst) = (0.001, 12)
        var other = try opened(few)
        // The status took one; this takes nine, and two are left.
        _ = try send(.getBlockHeaders(id: 1, .init(origin: .number(0), limit: .max)), to: &other)
        _ = try send(.getBlockBodies(id: 2, Array(repeating: .zero, count: 127)), to: &other)
        _ = try send(.getBlockBodies(id: 3, []), to: &other)
        #expect(throws: EthError.overBudget) { try send(.getBlockBodies(id: 4, []), to: &other) }
    }

    @Test("nothing is told twice, and no more is remembered than is kept")
    func known() throws {
        var limits = EthSession.Limits()
        limits.knownHashes = 100
        var session = try opened(limits)
        let hashes = (0..<80).map { Keccak256.hash([UInt8($0)]) }
        #expect(session.unknown(hashes) == hashes && session.unknown(hashes).isEmpty)
        _ = try send(.newBlockHashes((0..<50).map { .init(hash: Keccak256.hash([1, UInt8($0)]), number: 1) }), to: &session)
        #expect(session.known.count == 100 && !session.known.contains(hashes[0]) && session.known.contains(hashes[79]))
    }

    @Test("arbitrary messages end in an error or in a message, never in a trap")
    func garbage() throws {
        var generator = SeededGenerator(seed: 9)
        var session = try opened()
        let (before, greeted) = (session.known.count, session.status)
        var refusals = 0
        for round in 0..<2_000 {
            let code = UInt64.random(in: 0...20, using: &generator)
            let data = generator.bytes(Int.random(in: 0..<200, using: &generator))
            do throws(EthError) {
                _ = try session.receive(code, data, schedule: schedule, head: head, now: UInt64(round) * 100)
            } catch {
                refusals += 1
            }
        }
        // Random bytes are hardly a list of the right length, and what is refused leaves nothing behind.
        #expect(refusals > 1_980 && session.openQuestions == 0)
        #expect(session.known.count - before <= 2_000 - refusals && session.status == greeted)
    }
}
