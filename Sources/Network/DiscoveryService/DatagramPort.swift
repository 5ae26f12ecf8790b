import Discovery
import Multiformats
import NIOCore
import NIOPosix
import NodeRecords

/// A UDP socket: datagrams in as a stream that drops what nobody takes in time, datagrams out at once.
struct DatagramPort: Sendable {
    struct Arrival: Sendable {
        let bytes: [UInt8]
        let endpoint: NodeEndpoint
    }

    /// Datagrams that wait to be taken.
    private static let capacity = 1_024

    let channel: any Channel
    let arrivals: AsyncStream<Arrival>
    /// The address that it listens at.
    private let host: IPAddress
    /// The port that it listens at.
    let port: UInt16

    static func open(host: IPAddress, port: UInt16, on group: any EventLoopGroup) async throws -> DatagramPort {
        let (arrivals, continuation) = AsyncStream.makeStream(of: Arrival.self, bufferingPolicy: .bufferingNewest(capacity))
        let channel = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation: continuation))
                }
            }
            .bind(host: "\(host)", port: Int(port)).get()
        let bound = UInt16(truncatingIfNeeded: channel.localAddress?.port ?? 0)
        return DatagramPort(channel: channel, arrivals: arrivals, host: host, port: bound)
    }

    /// Whether the system would send to `address` from here. Others are not tried: a write that is refused closes the socket (NIO).
    func reaches(_ address: IPAddress) -> Bool {
        guard address.isIPv4 || !host.isIPv4, !address.isMulticast else { return false }
        return address.isLoopback || !host.isLoopback
    }

    /// Sends what fits into the socket's buffer; the network may lose the rest anyway.
    func send(_ datagrams: [Datagram]) {
        guard !datagrams.isEmpty else { return }
        for datagram in datagrams where reaches(datagram.endpoint.address) {
            guard let address = try? SocketAddress(ipAddress: "\(datagram.endpoint.address)", port: Int(datagram.endpoint.port)) else {
                continue
            }
            channel.write(AddressedEnvelope(remoteAddress: address, data: channel.allocator.buffer(bytes: datagram.bytes)), promise: nil)
        }
        channel.flush()
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        private let continuation: AsyncStream<Arrival>.Continuation

        init(continuation: AsyncStream<Arrival>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            guard let text = envelope.remoteAddress.ipAddress, let address = IPAddress(text),
                let port = envelope.remoteAddress.port.flatMap({ UInt16(exactly: $0) }), port != 0
            else { return }
            let bytes = Array(envelope.data.readableBytesView)
            continuation.yield(Arrival(bytes: bytes, endpoint: NodeEndpoint(address: address, port: port)))
        }

        /// An unreachable neighbour (ICMP) is no reason to close the socket.
        func errorCaught(context: ChannelHandlerContext, error: any Error) {}

        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
    }
}
