public import LibP2P
public import Logging
import NIOCore
import PeerIdentity
import Primitives

/// Asks peers for the time, and tells the operator of a clock that is off: its votes come late or early, and nothing else says why.
public struct PeerClocks: Sendable {
    static let name = "/polai/clock/1.0.0"
    static let interval: Duration = .seconds(60)
    private static let patience: Duration = .seconds(5)
    /// While nobody was asked yet.
    private static let firstPause: Duration = .seconds(5)
    /// Minutes between two words of the same trouble.
    private static let silence = 10

    private let host: Host
    private let now: @Sendable () -> Double
    private let logger: Logger

    /// - Parameter now: seconds since the Unix epoch.
    public init(host: Host, now: @escaping @Sendable () -> Double, logger: Logger) {
        (self.host, self.now, self.logger) = (host, now, logger)
        host.handle(Self.name) { stream in
            try await stream.write(Int64(now() * 1000).littleEndianBytes)
        }
    }

    /// Asks and tells until cancelled.
    public func run() async {
        var (offsets, quietFor, complained) = (ClockOffsets(), 0, false)
        while (try? await Task.sleep(for: offsets.count == 0 ? Self.firstPause : Self.interval)) != nil {
            await ask(&offsets)
            if let complaint = offsets.complaint {
                if !complained || quietFor >= Self.silence {
                    logger.warning("\(complaint)")
                    quietFor = 0
                }
                complained = true
                quietFor += 1
            } else if complained {
                logger.notice("This machine's clock is right again")
                (complained, quietFor) = (false, 0)
            }
        }
    }

    func ask(_ offsets: inout ClockOffsets) async {
        let peers = host.connectedPeers.filter { host.peerEntry($0)?.protocols.contains(Self.name) == true }
        offsets.keep(Set(peers))
        for peer in peers.prefix(ClockOffsets.maximumPeers) {
            let sent = now()
            guard let remote = try? await time(of: peer) else { continue }
            offsets.take(peer, remote: remote, sent: sent, received: now())
        }
    }

    private func time(of peer: PeerID) async throws -> Double {
        // Eight bytes, without a frame.
        let time = try await host.take(Self.name, from: peer, within: Self.patience) { reader in
            try await reader.bytes(8).flatMap { Int64(littleEndianBytes: Array($0.readableBytesView)) }
        }
        return Double(time) / 1000
    }
}
