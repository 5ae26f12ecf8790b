import LibP2P
import PeerIdentity
import Testing

@testable import PeerBlocks

@Suite("Clocks of peers", .timeLimit(.minutes(1)))
struct PeerClocksTests {
    private func peer(_ seed: UInt8) throws -> PeerID { try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)).peerID }

    /// What is said where peers' clocks are ahead by so much.
    private func complaint(_ offsets: [Double]) throws -> String? {
        var known = ClockOffsets()
        for (number, offset) in offsets.enumerated() {
            known.take(try peer(UInt8(number + 1)), remote: 100 + offset, sent: 99.95, received: 100.05)
        }
        return known.complaint
    }

    @Test("Two tenths of a second are not told, five seconds are, and one liar among three moves nothing")
    func complaints() throws {
        #expect(try complaint([]) == nil)
        #expect(try complaint([0.2, -0.2, 0.2, 0.19]) == nil)
        #expect(try complaint([5, 5.2, 4.8])?.contains("5.0 s behind that of its 3 peers") == true)
        #expect(try complaint([-5])?.contains("5.0 s ahead of that of its only peer") == true)
        #expect(try complaint([0.1, 3600, 0]) == nil)
        #expect(try complaint([-5, 5, 0.2, -0.2]) == nil)
    }

    @Test("What a slow line hides is no difference")
    func slowLine() throws {
        var known = ClockOffsets()
        known.take(try peer(1), remote: 104, sent: 100, received: 110)
        #expect(known.median == 0)
        known.take(try peer(1), remote: 120, sent: 100, received: 110)
        #expect(known.median == 15)
        known.keep([])
        #expect(known.count == 0 && known.median == 0)
    }

    @Test("A peer is asked over a connection")
    func asking() async throws {
        try await with { client, server in
            let clocks = PeerClocks(host: client, now: { 1000 }, logger: quiet)
            _ = PeerClocks(host: server, now: { 1005 }, logger: quiet)
            _ = try await client.identify(server.peerID)
            var offsets = ClockOffsets()
            await clocks.ask(&offsets)
            #expect(offsets.median == 5)
        }
    }
}
