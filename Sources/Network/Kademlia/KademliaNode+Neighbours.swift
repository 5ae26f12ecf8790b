public import LibP2P
import LibP2PProtocols
public import PeerIdentity

extension KademliaNode {
    /// The peers nearest to `host` that a connected peer knows, for whoever keeps no table: none where it does not answer.
    public static func neighbours(of peer: PeerID, over host: Host) async -> [KademliaMessage.Peer] {
        guard let stream = try? await host.openStream(to: peer, [ours, ipfs]) else { return [] }
        let deadline = stream.deadline(requestTimeout)
        defer { deadline.cancel() }
        var reader = StreamReader(stream)
        let request = KademliaMessage(.findNode, key: host.peerID.bytes)
        guard (try? await stream.write(VarintFrames.frame(request.bytes))) != nil,
            let bytes = try? await reader.frame(limit: KademliaMessage.maximumSize), let answer = try? KademliaMessage(bytes: bytes)
        else {
            stream.reset()
            return []
        }
        stream.close()
        return answer.closerPeers
    }
}
