import LibP2PProtocols
import Multiformats
import Testing

@testable import LibP2P
@testable import NATTraversal

@Suite("AutoNAT v2 over loopback")
struct DialRequestServiceTests {
    private static var serving: NATSetting {
        var setting = NATSetting.off
        setting.servesAutoNAT = true
        (setting.dialRequests.dialsLocal, setting.dialRequests.longestWait) = (true, .zero)
        return setting
    }

    /// A server, and a client that is connected with it and hears calls.
    private func pair(
        _ setting: NATSetting = DialRequestServiceTests.serving,
        _ body: (_ server: Neighbourhood, _ client: Neighbourhood, DialRequestAsker) async throws -> Void
    ) async throws {
        let (server, client) = (try Neighbourhood(1, setting), try Neighbourhood(2, .off))
        let asker = DialRequestAsker(host: client.host)
        asker.serve()
        try await Neighbourhood.run([server, client]) {
            try await client.host.connect(to: server.host.peerID, at: server.host.listenAddresses)
            try await body(server, client, asker)
            #expect(server.host.connectedPeers == [client.host.peerID])
        }
    }

    @Test("an address that listens is reached, one that does not is not, and the next one is tried")
    func reached() async throws {
        try await pair { server, client, asker in
            let (peer, own) = (server.host.peerID, try #require(client.host.listenAddresses.first))
            let closed = try Multiaddr("/ip4/127.0.0.1/tcp/1")
            #expect(try await asker.firstReached(of: [own], by: peer) == own)
            #expect(try await asker.firstReached(of: [closed], by: peer) == nil)
            #expect(try await asker.firstReached(of: [closed, own], by: peer) == own)
        }
    }

    @Test("an address elsewhere is dialled for data")
    func elsewhere() async throws {
        try await pair { server, client, asker in
            let other = try await client.host.listen(on: Multiaddr("/ip4/127.0.0.2/tcp/0"))
            #expect(try await asker.firstReached(of: [other], by: server.host.peerID) == other)
            // Who sends something else than the data that was asked for is dropped.
            let stream = try await client.host.openStream(to: server.host.peerID, [DialRequestMessage.name])
            let request = DialRequestMessage.request([other], nonce: 1)
            try await stream.write(VarintFrames.frame(request.bytes))
            var reader = StreamReader(stream)
            let asked = try DialRequestMessage(bytes: try #require(try await reader.frame(limit: 8192)))
            guard case .dataRequest(index: 0, let count) = asked else { Issue.record("no price"); return }
            #expect((30_000...100_000).contains(count))
            try await stream.write(VarintFrames.frame(request.bytes))
            let answer = try? await reader.frame(limit: 8192)
            #expect(answer == nil)
        }
    }

    @Test("addresses that are not public are refused, and garbage gets a reset")
    func refused() async throws {
        var setting = Self.serving
        setting.dialRequests.dialsLocal = false
        try await pair(setting) { server, client, asker in
            let peer = server.host.peerID
            await #expect(throws: DialRequestError.refused(.dialRefused)) {
                _ = try await asker.firstReached(of: client.host.listenAddresses, by: peer)
            }
            for bytes: [UInt8] in [VarintFrames.frame([0xff, 0xff]), VarintFrames.frame([0x22, 0]), [0xff, 0xff, 0xff, 0x7f]] {
                let stream = try await client.host.openStream(to: peer, [DialRequestMessage.name])
                try await stream.write(bytes)
                var reader = StreamReader(stream)
                let answer = try? await reader.frame(limit: 8192)
                #expect(answer == nil)
            }
            #expect(try await client.host.ping(peer).count == 1)
        }
    }

    @Test("a server that only says that it dialled is not believed, nor a nonce over a connection that is there")
    func liar() async throws {
        let (server, client) = (try Neighbourhood(1, .off), try Neighbourhood(2, .off))
        let asker = DialRequestAsker(host: client.host)
        asker.serve()
        let victim = client.host.peerID
        server.host.handle(DialRequestMessage.name) { [host = server.host] stream in
            var reader = StreamReader(stream)
            guard let bytes = try await reader.frame(limit: 8192), case .request(_, let nonce) = try DialRequestMessage(bytes: bytes)
            else { return }
            let call = try await host.openStream(to: victim, [DialBackMessage.name])
            try await call.write(VarintFrames.frame(DialBackMessage(nonce: nonce).bytes))
            var answers = StreamReader(call)
            let taken = try? await answers.frame(limit: 64)
            #expect(taken == nil)
            try await stream.write(VarintFrames.frame(DialRequestMessage.response(.ok, index: 0, dial: .ok).bytes))
        }
        try await Neighbourhood.run([server, client]) {
            // The server called first: its connection is inbound, and older than the request.
            try await server.host.connect(to: victim, at: client.host.listenAddresses)
            try await Neighbourhood.wait("the connection") { client.host.connectedPeers == [server.host.peerID] }
            await #expect(throws: DialRequestError.notHeard) {
                _ = try await asker.firstReached(of: client.host.listenAddresses, by: server.host.peerID)
            }
        }
    }
}
