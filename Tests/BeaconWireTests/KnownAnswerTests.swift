import BeaconTypes
import Primitives
import SSZ
import Testing

@testable import BeaconWire

@Suite("Consensus network wire: known answers")
struct KnownAnswerTests {
    @Test("fork digests are the executable specification's")
    func digests() throws {
        let vectors = try WireVectors.read().digests
        #expect(vectors.count == 3)
        for vector in vectors {
            let digest = ForkDigest(version: try Version(hex: vector.version), genesisValidatorsRoot: try Root(hex: vector.validators_root))
            #expect(digest.hex == vector.digest)
        }
    }

    @Test("message ids, of data that is a snappy block and of data that is none")
    func ids() throws {
        let vectors = try WireVectors.read().ids
        #expect(vectors.count == 10)
        for vector in vectors {
            #expect(GossipPayload.messageID(topic: vector.topic, data: try [UInt8](hex: vector.data)).bareHex == vector.id)
        }
    }

    @Test("another writer's blocks and frames are read, and ours hold the same")
    func snappy() throws {
        let vectors = try WireVectors.read()
        for vector in vectors.blocks {
            #expect(SnappyBlock.decompress(try [UInt8](hex: vector.snappy), limit: vector.plain.bytes.count) == vector.plain.bytes)
            #expect(SnappyBlock.decompress(SnappyBlock.compress(vector.plain.bytes), limit: 1 << 20) == vector.plain.bytes)
        }
        #expect(vectors.frames.count == 6)
        for vector in vectors.frames {
            #expect(try unframed([UInt8](hex: vector.snappy), vector.plain.bytes.count) == vector.plain.bytes)
            #expect(try unframed(SnappyFrames.encode(vector.plain.bytes), vector.plain.bytes.count) == vector.plain.bytes)
        }
    }

    @Test("CRC-32C of RFC 3720's texts")
    func checksums() {
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46dd_794e)
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xe306_9283)
    }

    @Test("payloads of another writer, one byte at a time")
    func payloads() throws {
        for vector in try WireVectors.read().payloads {
            var (reader, read) = (RequestReader(allowed: 0...10_000), [UInt8]?.none)
            for byte in try [UInt8](hex: vector.bytes) {
                #expect(read == nil)
                read = try reader.read([byte])
            }
            #expect(read == vector.ssz.bytes)
        }
    }

    @Test("SSZ of the containers")
    func containers() throws {
        let vectors = Dictionary(uniqueKeysWithValues: try WireVectors.read().messages.map { ($0.name, $0.ssz) })
        let (one, two) = (Root([UInt8](repeating: 1, count: 32)) ?? .zero, Root([UInt8](repeating: 2, count: 32)) ?? .zero)
        let status = StatusMessage(
            forkDigest: ForkDigest([1, 2, 3, 4]) ?? ForkDigest(), finalizedRoot: one, finalizedEpoch: 5, headRoot: two, headSlot: 99)
        #expect(status.serialize(.pol).bareHex == vectors["status"])
        #expect(status.serialize(.pol).count == StatusMessage.size)
        #expect(try StatusMessage(deserializing: status.serialize(.pol), .pol) == status)
        let metadata = MetaData(
            sequenceNumber: 7, attnets: Bitvector((0..<64).map { $0 % 3 == 0 }), syncnets: Bitvector([true, false, true, true]))
        #expect(metadata.serialize(.pol).bareHex == vectors["metadata"])
        #expect(metadata.serialize(.pol).count == MetaData.size)
        let range = BlocksByRangeRequest(startSlot: 1000, count: 64)
        #expect(range.serialize(.pol).bareHex == vectors["beacon_blocks_by_range"])
        #expect(range.slots == 1000..<1064)
    }

    /// The bytes that a stream of frames holds.
    private func unframed(_ bytes: [UInt8], _ count: Int) throws -> [UInt8] {
        var (reader, input) = (SnappyFrameReader(expected: count), bytes[...])
        try reader.read(&input)
        #expect(reader.isComplete || count == 0)
        return reader.output
    }
}
