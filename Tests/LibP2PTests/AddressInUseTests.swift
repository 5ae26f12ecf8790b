import NIOCore
import NIOPosix
import Testing

@testable import LibP2P

@Suite("Dials whose two ends are in use", .timeLimit(.minutes(1)))
struct AddressInUseTests {
    @Test("A second connection between the same two ends fails so that the dial may leave from another port")
    func bothEndsInUse() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        func call(from exit: SocketAddress?) async throws -> any Channel {
            try await OutgoingCall(loop: group.next(), patience: .seconds(5)).connect("127.0.0.1", port, from: exit)
        }
        let first = try await call(from: SocketAddress(ipAddress: "127.0.0.1", port: 0))
        let used = try #require(first.localAddress)
        let error = await #expect(throws: (any Error).self) { try await call(from: used) }
        #expect(error?.isAddressInUse == true)
        // From a port of the system's it goes.
        let second = try await call(from: nil)
        for channel in [first, second, server] { try await channel.close() }
        let refused = await #expect(throws: (any Error).self) { try await call(from: nil) }
        #expect(refused?.isAddressInUse == false)
    }
}
