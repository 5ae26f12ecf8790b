import BeaconTypes
import Primitives
import SSZ
import Testing

@testable import BeaconWire

@Suite("Consensus network wire: a state in chunks")
struct StateChunkTests {
    @Test("A state falls into chunks and comes together again, whatever its length")
    func pieces() throws {
        for count in [1, StateChunk.maximumPart - 1, StateChunk.maximumPart, StateChunk.maximumPart + 1, 3 * StateChunk.maximumPart] {
            let state = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let chunks = (0..<StateChunk.count(total: count)).compactMap { StateChunk($0, of: state) }
            #expect(chunks.count == StateChunk.count(total: count) && StateChunk(chunks.count, of: state) == nil)
            let read = try chunks.enumerated().map { try StateChunk(decoding: $0.element.encoded, index: $0.offset) }
            #expect(read == chunks && read.flatMap(\.part) == state && read.allSatisfy { $0.total == count })
            #expect(chunks.allSatisfy { RequestProtocol.stateByBlockRoot.chunkSize.contains($0.encoded.count) })
        }
        #expect(StateChunk(0, of: []) == nil && StateChunk(-1, of: [1]) == nil)
        #expect(StateChunk(0, of: [7, 8])?.encoded == [2, 0, 0, 0, 0, 0, 0, 0, 7, 8])
    }

    @Test("A chunk that is cut, too long, out of place or of too long a state is refused")
    func bad() {
        let most = UInt64(StateChunk.maximumState)
        let whole = [UInt8](repeating: 1, count: StateChunk.maximumPart)
        let refused: [([UInt8], Int)] = [
            ([], 0), ([1, 0, 0, 0], 0), ([1, 0, 0, 0, 0, 0, 0, 0], 0), ([2, 0, 0, 0, 0, 0, 0, 0, 7], 0),
            ([1, 0, 0, 0, 0, 0, 0, 0, 7, 7], 0),
            ([1, 0, 0, 0, 0, 0, 0, 0, 7], 1), ([0, 0, 0, 0, 0, 0, 0, 0, 7], 0), ((most + 1).littleEndianBytes + whole, 0),
            (UInt64.max.littleEndianBytes + whole, 0), (most.littleEndianBytes + whole.dropLast(), 0),
            (most.littleEndianBytes + whole, StateChunk.maximumChunks),
        ]
        for (bytes, index) in refused {
            #expect(throws: BeaconWireError.self, "\(bytes.prefix(9)) \(index)") { try StateChunk(decoding: bytes, index: index) }
        }
    }

    @Test("A question names a block and some chunks, and no more than one may ask for")
    func question() throws {
        let request = StateChunksRequest(blockRoot: SHA256.hash([1]), firstChunk: 3, count: 99)
        let bytes = request.serialize(.pol)
        #expect(bytes == SHA256.hash([1]).bytes + [3, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0])
        #expect(bytes.count == StateChunksRequest.size)
        #expect(try StateChunksRequest(deserializing: bytes, .pol) == request)
        #expect(request.chunks == 3..<19)
        #expect(StateChunksRequest(blockRoot: .zero, firstChunk: 0, count: 0).chunks == nil)
        #expect(StateChunksRequest(blockRoot: .zero, firstChunk: .max, count: .max).chunks == nil)
        #expect(RequestProtocol.stateByBlockRoot.id == "/polai/beacon_chain/req/state_by_block_root/1/ssz_snappy")
        #expect(RequestProtocol.status.id == "/eth2/beacon_chain/req/status/1/ssz_snappy")
    }
}
