public import BeaconTypes
public import BeaconWire
public import LibP2P
import NIOCore
public import PeerIdentity
public import Primitives
import SSZ

/// Asks peers by Ethereum's consensus protocols. Answers are bounded in time, number and bytes; whether they are true is for whoever
/// asks.
public struct PeerRequests: Sendable {
    /// How long an answer may take: longer than whoever asks for blocks waits (`RangeSyncSetting.timeout`), which counts it as silence.
    private static let blockPatience: Duration = .seconds(30)
    private static let patience: Duration = .seconds(5)
    /// Bytes of all blocks of one answer.
    static let maximumAnswer = 128 << 20

    let host: Host
    let forkDigest: ForkDigest
    public let spec: BeaconSpec
    private let budget: RequestBudget

    /// - Parameter budget: shared by all who ask over `host`.
    public init(host: Host, forkDigest: ForkDigest, spec: BeaconSpec, budget: RequestBudget = RequestBudget()) {
        (self.host, self.forkDigest, self.spec, self.budget) = (host, forkDigest, spec, budget)
    }

    /// Tells a peer of this node's chain, and is told of the peer's.
    public func status(_ own: StatusMessage, to peer: PeerID) async throws -> StatusMessage {
        try StatusMessage(deserializing: try await one(peer, .status, own.serialize(spec)), spec)
    }

    /// Tells a peer why it is let go of. It need not answer.
    public func goodbye(_ reason: GoodbyeReason, to peer: PeerID) async throws {
        let stream = try await host.openStream(to: peer, [RequestProtocol.goodbye.id])
        let deadline = stream.deadline(.seconds(1))
        defer { deadline.cancel() }
        try await stream.write(RequestFrames.payload(NumberMessage.encode(reason.rawValue)))
        stream.closeWrite()
        // Once it has been read, or not, the connection may go.
        while try await stream.read() != nil {}
        stream.close()
    }

    /// The number of the peer's metadata.
    ///
    /// - Parameter number: of this node's.
    public func ping(_ peer: PeerID, number: UInt64) async throws -> UInt64 {
        try NumberMessage.decode(try await one(peer, .ping, NumberMessage.encode(number)))
    }

    /// The subnets that a peer serves.
    public func metadata(of peer: PeerID) async throws -> MetaData {
        try MetaData(deserializing: try await one(peer, .metadata, nil), spec)
    }

    /// The canonical blocks of these slots.
    public func blocks(in slots: Range<Slot>, of peer: PeerID) async throws -> [SignedBeaconBlock] {
        let count = min(slots.count, RequestLimit.maximumBlocks)
        guard count > 0 else { return [] }
        let request = BlocksByRangeRequest(startSlot: slots.lowerBound, count: UInt64(count))
        return try await blocks(of: peer, .beaconBlocksByRange, request.serialize(spec), count: count)
    }

    /// Those of these blocks that the peer has.
    public func blocks(roots: [Root], of peer: PeerID) async throws -> [SignedBeaconBlock] {
        let asked = Array(roots.prefix(RequestLimit.maximumBlocks))
        guard !asked.isEmpty else { return [] }
        return try await blocks(of: peer, .beaconBlocksByRoot, BlocksByRootRequest.encode(asked), count: asked.count)
    }

    private func blocks(_ bytes: [[UInt8]]) throws(RequestError) -> [SignedBeaconBlock] {
        do { return try bytes.map { try SignedBeaconBlock(deserializing: $0, spec) } } catch { throw .malformed("no block: \(error)") }
    }

    private func blocks(of peer: PeerID, _ name: RequestProtocol, _ request: [UInt8], count: Int) async throws -> [SignedBeaconBlock] {
        try blocks(try await ask(peer, name, request, count: count, patience: Self.blockPatience))
    }

    /// The only chunk of an answer.
    func one(_ peer: PeerID, _ name: RequestProtocol, _ request: [UInt8]?) async throws -> [UInt8] {
        guard let chunk = try await ask(peer, name, request, count: 1, patience: Self.patience).first else { throw RequestError.nothing }
        return chunk
    }

    /// The chunks of an answer; more than `count` are no answer to what was asked.
    func ask(_ peer: PeerID, _ name: RequestProtocol, _ request: [UInt8]?, count: Int, patience: Duration) async throws -> [[UInt8]] {
        guard try await budget.spend(peer, name, count: count) else { throw RequestError.overQuota }
        let stream = try await host.openStream(to: peer, [name.id])
        do {
            return try await stream.use(within: patience) {
                if let request { try await stream.write(RequestFrames.payload(request)) }
                stream.closeWrite()
                return try await answer(stream, name, count: count)
            }
        } catch {
            throw (error as? BeaconWireError).map { RequestError.malformed("\($0)") } ?? error
        }
    }

    private func answer(_ stream: PeerStream, _ name: RequestProtocol, count: Int) async throws -> [[UInt8]] {
        var reader = ResponseReader(allowed: name.chunkSize, context: name.hasContext ? forkDigest : nil)
        var (chunks, bytes): ([[UInt8]], Int) = ([], 0)
        while let more = try await stream.read() {
            reader.feed(Array(more.readableBytesView))
            while let chunk = try reader.next() {
                switch chunk {
                case .failure(let code, let message): throw RequestError.refused(code: code, message: message)
                case .success(let ssz):
                    guard chunks.count < count else { throw RequestError.malformed("more than the \(count) that were asked for") }
                    bytes += ssz.count
                    guard bytes <= Self.maximumAnswer else { throw RequestError.malformed("over \(Self.maximumAnswer) bytes") }
                    chunks.append(ssz)
                }
            }
        }
        guard reader.isBetweenChunks else { throw BeaconWireError.truncated }
        return chunks
    }
}
