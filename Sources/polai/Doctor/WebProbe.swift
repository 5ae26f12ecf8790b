import Foundation
import NIOCore
import NIOPosix

/// One HTTP request to a node, for what a few lines can tell.
struct WebProbe {
    static let patience = TimeAmount.seconds(3)
    static let maximumAnswer = 1 << 20

    let head: String
    let body: String

    /// Asks `path` of whoever listens there.
    init(host: String, port: Int, path: String) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(Self.patience)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let inner = channel.channel
        let deadline = inner.eventLoop.scheduleTask(in: Self.patience) { inner.close(promise: nil) }
        defer { deadline.cancel() }
        let bytes = try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"))
            var bytes: [UInt8] = []
            for try await more in inbound where bytes.count < Self.maximumAnswer { bytes += Array(more.readableBytesView) }
            return bytes
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 "), let end = text.range(of: "\r\n\r\n") else {
            throw SetupError("what listens there is no HTTP server")
        }
        (head, body) = (String(text[..<end.lowerBound]), String(text[end.upperBound...]))
    }

    var isSuccess: Bool { head.hasPrefix("HTTP/1.1 200") }

    /// The value of a header field.
    func header(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() { return parts[1].trimmingPrefix { $0 == " " }.description }
        }
        return nil
    }
}
