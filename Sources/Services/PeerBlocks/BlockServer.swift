public import BeaconTypes
public import LibP2P
import LibP2PProtocols
import SSZ
public import ServiceInterfaces

/// Answers peers from this node's chain.
public enum BlockServer {
    public static func serve(_ host: Host, from source: any BlockSource, spec: BeaconSpec) {
        host.handle(BlockRequest.name) { stream in
            var reader = StreamReader(stream)
            guard let bytes = try await reader.frame(limit: BlockRequest.maximumSize) else { return }
            func send(_ bytes: [UInt8]) async throws { try await stream.write(VarintFrames.frame(bytes)) }
            switch try BlockRequest(bytes: bytes) {
            case .status: try await send(source.status().bytes)
            case .range(let start, let count):
                for block in try await source.blocks(in: start..<start + count) { try await send(block.serialize(spec)) }
            case .roots(let roots):
                for block in try await source.blocks(roots: roots) { try await send(block.serialize(spec)) }
            case .finalizedState: try await send(source.finalizedState().serialize(spec))
            }
        }
    }
}
