public import BeaconTypes
public import LibP2P
import LibP2PProtocols
public import Primitives
import SSZ
public import ServiceInterfaces

/// Answers peers from this node's chain: a few blocks are in memory at a time, however many are asked for, and nobody asks more
/// than a few questions at once.
public enum BlockServer {
    /// How long a peer may take to put its question, and to take one frame of the answer.
    static let patience: Duration = .seconds(20)
    /// Slots whose blocks are read at once.
    static let slotsAtOnce: UInt64 = 8

    /// Serves the chain whose `genesis_validators_root` is `chain`.
    public static func serve(_ host: Host, chain: Root, from source: any BlockSource, spec: BeaconSpec) {
        let load = ServerLoad()
        host.handle(BlockRequest.name(of: chain)) { stream in
            try load.begin(stream.peer)
            defer { load.end(stream.peer) }
            try await answer(stream, from: source, spec: spec, load: load)
        }
    }

    private static func answer(_ stream: PeerStream, from source: any BlockSource, spec: BeaconSpec, load: ServerLoad) async throws {
        guard let request = try await question(of: stream) else { return }
        func send(_ bytes: [UInt8]) async throws {
            // Who does not read holds a stream and a few blocks no longer than this.
            let deadline = stream.deadline(patience)
            defer { deadline.cancel() }
            try await stream.write(VarintFrames.frame(bytes))
        }
        switch request {
        case .status: try await send(source.status().bytes)
        case .range(let start, let count):
            for first in stride(from: start, to: start + count, by: Int(slotsAtOnce)) {
                let end = min(start + count, first + slotsAtOnce)
                for block in try await source.blocks(in: first..<end) { try await send(block.serialize(spec)) }
            }
        case .roots(let roots):
            for root in roots {
                for block in try await source.blocks(roots: [root]) { try await send(block.serialize(spec)) }
            }
        case .finalizedState:
            try load.beginState()
            defer { load.endState() }
            try await send(source.finalizedState().serialize(spec))
        }
    }

    private static func question(of stream: PeerStream) async throws -> BlockRequest? {
        let deadline = stream.deadline(patience)
        defer { deadline.cancel() }
        var reader = StreamReader(stream)
        return try await reader.frame(limit: BlockRequest.maximumSize).map { bytes throws(WireError) in try BlockRequest(bytes: bytes) }
    }
}
