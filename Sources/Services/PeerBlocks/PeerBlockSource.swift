public import BeaconTypes
public import LibP2P
import LibP2PProtocols
public import PeerIdentity
public import Primitives
import SSZ
public import ServiceInterfaces

/// A peer's chain, asked over libp2p. Answers are bounded in time, number and bytes; whether they are true is for whoever asks.
public struct PeerBlockSource: BlockSource {
    /// How long an answer may take: longer than whoever asks waits (`RangeSyncSetting.timeout`), which counts it as silence.
    private static let patience: Duration = .seconds(30)
    private static let statusPatience: Duration = .seconds(5)
    private static let statePatience: Duration = .seconds(120)
    /// Bytes of the blocks of one answer.
    static let maximumAnswer = 128 << 20

    public let name: String
    private let host: Host
    private let peer: PeerID
    private let chain: Root
    private let spec: BeaconSpec

    /// - Parameter chain: the `genesis_validators_root` of the chain that is asked for.
    public init(_ peer: PeerID, host: Host, chain: Root, spec: BeaconSpec) {
        (self.peer, self.host, self.chain, self.spec) = (peer, host, chain, spec)
        name = peer.description
    }

    public func status() async throws -> BlockSourceStatus {
        guard let bytes = try await ask(.status, limit: 128, count: 1, patience: Self.statusPatience).first else {
            throw HostError.streamEnded
        }
        return try BlockSourceStatus(bytes: bytes)
    }

    public func blocks(in slots: Range<Slot>) async throws -> [SignedBeaconBlock] {
        guard !slots.isEmpty else { return [] }
        let count = min(slots.upperBound - slots.lowerBound, UInt64(BlockRequestLimit.maximumBlocks))
        return try await blocks(.range(start: slots.lowerBound, count: count), count: Int(count))
    }

    public func blocks(roots: [Root]) async throws -> [SignedBeaconBlock] {
        guard !roots.isEmpty else { return [] }
        let asked = Array(roots.prefix(BlockRequestLimit.maximumBlocks))
        return try await blocks(.roots(asked), count: asked.count)
    }

    public func finalizedState() async throws -> BeaconState {
        let frames = try await ask(.finalizedState, limit: BlockRequest.maximumState, count: 1, patience: Self.statePatience)
        guard let bytes = frames.first else { throw HostError.streamEnded }
        return try BeaconState(deserializing: bytes, spec)
    }

    private func blocks(_ request: BlockRequest, count: Int) async throws -> [SignedBeaconBlock] {
        try await ask(request, limit: BlockRequest.maximumBlock, count: count, patience: Self.patience)
            .map { try SignedBeaconBlock(deserializing: $0, spec) }
    }

    /// The frames of an answer; more than `count` are no answer to what was asked.
    private func ask(_ request: BlockRequest, limit: Int, count: Int, patience: Duration) async throws -> [[UInt8]] {
        let total = max(limit, Self.maximumAnswer)
        let stream = try await host.openStream(to: peer, [BlockRequest.name(of: chain)])
        let deadline = stream.deadline(patience)
        defer { deadline.cancel() }
        do {
            try await stream.write(VarintFrames.frame(request.bytes))
            stream.closeWrite()
            var reader = StreamReader(stream)
            var (frames, bytes): ([[UInt8]], Int) = ([], 0)
            while let frame = try await reader.frame(limit: limit) {
                guard frames.count < count else { throw WireError.malformed("more than the \(count) that were asked for") }
                bytes += frame.count
                guard bytes <= total else { throw WireError.tooLong(length: UInt64(bytes), limit: total) }
                frames.append(frame)
            }
            stream.close()
            return frames
        } catch {
            stream.reset()
            throw error
        }
    }
}
