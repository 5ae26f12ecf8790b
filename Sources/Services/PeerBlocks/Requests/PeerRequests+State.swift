public import BeaconTypes
import BeaconWire
public import PeerIdentity
public import Primitives
import SSZ

extension PeerRequests {
    /// How long some chunks of a state may take: the peer may have to make the state first.
    private static let statePatience: Duration = .seconds(30)

    /// The state after a finalised block, which whoever asks checks against the block's `state_root`. What a peer may make this node
    /// hold is `StateChunk.maximumState` and one answer.
    ///
    /// - Parameter patience: for each answer.
    public func state(after root: Root, of peer: PeerID, patience: Duration? = nil) async throws -> BeaconState {
        var (bytes, total, next): ([UInt8], Int?, Int) = ([], nil, 0)
        repeat {
            let left = total.map { StateChunk.count(total: $0) - next } ?? 1
            // The first answer tells how many there are.
            let count = min(left, RequestLimit.maximumStateChunks)
            let request = StateChunksRequest(blockRoot: root, firstChunk: UInt64(next), count: UInt64(count)).serialize(spec)
            let answer = try await ask(peer, .stateByBlockRoot, request, count: count, patience: patience ?? Self.statePatience)
            guard answer.count == count else {
                throw answer.isEmpty ? RequestError.nothing : .malformed("\(answer.count) of \(count) chunks")
            }
            for encoded in answer {
                let chunk: StateChunk
                do { chunk = try StateChunk(decoding: encoded, index: next) } catch { throw RequestError.malformed("\(error)") }
                guard total == nil || total == chunk.total else { throw RequestError.malformed("a state of two lengths") }
                total = chunk.total
                bytes += chunk.part
                next += 1
            }
        } while bytes.count < total ?? 0
        do { return try BeaconState(deserializing: bytes, spec) } catch { throw RequestError.malformed("no state: \(error)") }
    }
}
