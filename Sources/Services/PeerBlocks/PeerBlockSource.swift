public import BeaconTypes
public import LibP2P
import LibP2PProtocols
public import PeerIdentity
public import Primitives
import SSZ
public import ServiceInterfaces

/// A peer's chain, asked over libp2p.
public struct PeerBlockSource: BlockSource {
    /// How long one answer may take, a state's too.
    private static let patience: Duration = .seconds(30)

    public let name: String
    private let host: Host
    private let peer: PeerID
    private let spec: BeaconSpec

    public init(_ peer: PeerID, host: Host, spec: BeaconSpec) {
        (self.peer, self.host, self.spec) = (peer, host, spec)
        name = peer.description
    }

    public func status() async throws -> BlockSourceStatus {
        guard let bytes = try await ask(.status, limit: 128, count: 1).first else { throw HostError.streamEnded }
        return try BlockSourceStatus(bytes: bytes)
    }

    public func blocks(in slots: Range<Slot>) async throws -> [SignedBeaconBlock] {
        guard !slots.isEmpty else { return [] }
        let count = min(slots.upperBound - slots.lowerBound, UInt64(BlockRequestLimit.maximumBlocks))
        return try await blocks(.range(start: slots.lowerBound, count: count))
    }

    public func blocks(roots: [Root]) async throws -> [SignedBeaconBlock] {
        guard !roots.isEmpty else { return [] }
        return try await blocks(.roots(Array(roots.prefix(BlockRequestLimit.maximumBlocks))))
    }

    public func finalizedState() async throws -> BeaconState {
        guard let bytes = try await ask(.finalizedState, limit: BlockRequest.maximumState, count: 1).first else {
            throw HostError.streamEnded
        }
        return try BeaconState(deserializing: bytes, spec)
    }

    private func blocks(_ request: BlockRequest) async throws -> [SignedBeaconBlock] {
        try await ask(request, limit: BlockRequest.maximumBlock, count: BlockRequestLimit.maximumBlocks)
            .map { try SignedBeaconBlock(deserializing: $0, spec) }
    }

    /// The frames of an answer, `count` at most.
    private func ask(_ request: BlockRequest, limit: Int, count: Int) async throws -> [[UInt8]] {
        let stream = try await host.openStream(to: peer, [BlockRequest.name])
        let deadline = stream.deadline(Self.patience)
        defer { deadline.cancel() }
        do {
            try await stream.write(VarintFrames.frame(request.bytes))
            stream.closeWrite()
            var reader = StreamReader(stream)
            var frames: [[UInt8]] = []
            while frames.count < count, let frame = try await reader.frame(limit: limit) { frames.append(frame) }
            stream.close()
            return frames
        } catch {
            stream.reset()
            throw error
        }
    }
}
