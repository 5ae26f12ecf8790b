import Multiformats
import PeerIdentity
import PetalsWire
import Testing

@testable import PetalsServer

@Suite("What sessions are made of")
struct SessionPartsTests {
    static func peer(_ number: UInt8) -> PeerID {
        PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: number, count: 32)))
    }

    @Test("memory is lent up to what one client and all together may have, and comes back")
    func ledger() async throws {
        let ledger = CacheLedger(capacity: 10, perPeer: 6)
        try await ledger.holding(6, for: Self.peer(1)) {
            await #expect(throws: PetalsServerError.noRoom(tokens: 1, left: 0)) { try await ledger.holding(1, for: Self.peer(1)) {} }
            await #expect(throws: PetalsServerError.noRoom(tokens: 5, left: 4)) { try await ledger.holding(5, for: Self.peer(2)) {} }
            try await ledger.holding(4, for: Self.peer(2)) { #expect(ledger.left == 0) }
            struct Fault: Error {}
            await #expect(throws: Fault.self) { try await ledger.holding(4, for: Self.peer(2)) { throw Fault() } }
            #expect(ledger.left == 4)
        }
        #expect(ledger.left == 10)
        try await ledger.holding(6, for: Self.peer(1)) {}
    }

    @Test("requests come in their order, pushed ones first; a client waits while one is unread", .timeLimit(.minutes(1)))
    func inbox() async throws {
        let inbox = StepInbox()
        func request(_ name: String) -> ExpertRequest { ExpertRequest(uid: name) }
        let sending = Task {
            await inbox.put(request("first"))
            await inbox.put(request("second"))
            await inbox.finish()
        }
        #expect(try await inbox.next()?.uid == "first")
        for number in 0..<StepInbox.pushLimit { #expect(await inbox.push(request("pushed \(number)"))) }
        #expect(await !inbox.push(request("too many")))
        for number in 0..<StepInbox.pushLimit { #expect(try await inbox.next()?.uid == "pushed \(number)") }
        #expect(try await inbox.next()?.uid == "second")
        await sending.value
        #expect(try await inbox.next() == nil)
        #expect(await !inbox.push(request("late")))
    }

    @Test("what goes wrong with the client's stream ends the session; whoever waits to send goes on", .timeLimit(.minutes(1)))
    func ends() async throws {
        struct Fault: Error {}
        let inbox = StepInbox()
        await inbox.finish(Fault())
        await #expect(throws: Fault.self) { try await inbox.next() }
        let other = StepInbox()
        let sending = Task { for name in ["a", "b", "c"] { await other.put(ExpertRequest(uid: name)) } }
        #expect(try await other.next()?.uid == "a")
        await other.close()
        await sending.value
        #expect(try await other.next() == nil)
    }
}
