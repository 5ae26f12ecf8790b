import BeaconTypes
import Primitives
import RateLimiting
import SSZ
import Testing

@testable import BeaconWire

@Suite("Consensus network wire: bad input")
struct BadInputTests {
    private let digest = ForkDigest([1, 2, 3, 4]) ?? ForkDigest()

    @Test("blocks that are none, state too much or hold too much are refused before they are unfolded")
    func blocks() {
        for bytes: [UInt8] in [[], [0xff, 0xff, 0xff, 0x7f, 0], [5, 8, 1], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]] {
            #expect(SnappyBlock.decompress(bytes, limit: 1 << 30) == nil)
        }
        // One literal byte and a copy of 64 as often as it goes: the greatest ratio there is.
        let copies = repeatElement([0xfe, 1, 0] as [UInt8], count: 500).flatMap { $0 }
        let most = [0x81, 0xfa, 0x01, 0, 7] + copies
        #expect(SnappyBlock.decompress(most, limit: 1 << 20) == [UInt8](repeating: 7, count: 1 + 64 * 500))
        let zeros = SnappyBlock.compress([UInt8](repeating: 0, count: 1000))
        #expect(SnappyBlock.decompress(zeros, limit: 999) == nil)
        #expect(SnappyBlock.decompress(zeros, limit: 1000)?.count == 1000)
        #expect(GossipPayload.decode([UInt8](repeating: 0, count: GossipPayload.maximumCompressed + 1)) == nil)
        #expect(GossipPayload.decode(SnappyBlock.compress([UInt8](repeating: 0, count: GossipPayload.maximumSize + 1))) == nil)
    }

    /// What reading a stream of frames that should hold `count` bytes ends with.
    private func read(_ bytes: [UInt8], _ count: Int) throws(BeaconWireError) -> Bool {
        var (reader, input) = (SnappyFrameReader(expected: count), bytes[...])
        try reader.read(&input)
        return reader.isComplete
    }

    @Test("frames: no identifier, another one, a wrong checksum, unknown kinds, too much, endless padding")
    func frames() throws {
        let good = SnappyFrames.encode([1, 2, 3])
        #expect(try read(good, 3))
        #expect(try !read(Array(good.dropLast()), 3))
        #expect(throws: BeaconWireError.snappy("no stream identifier")) { try read(Array(good.dropFirst(10)), 3) }
        var other = good
        other[4] = 0x53
        #expect(throws: BeaconWireError.snappy("another stream identifier")) { try read(other, 3) }
        var wrong = good
        wrong[good.count - 1] ^= 1
        #expect(throws: BeaconWireError.snappy("a checksum does not fit")) { try read(wrong, 3) }
        #expect(throws: BeaconWireError.snappy("a chunk of unknown kind 2")) { try read(SnappyFrames.identifier + [2, 1, 0, 0, 0], 3) }
        // More than was announced.
        #expect(throws: BeaconWireError.self) { try read(good, 2) }
        // Chunks of more than 64 KiB, which are refused by their heads.
        #expect(throws: BeaconWireError.snappy("a chunk of 16777215 bytes")) {
            try read(SnappyFrames.identifier + [0, 0xff, 0xff, 0xff], 1 << 20)
        }
        #expect(throws: BeaconWireError.self) { try read(SnappyFrames.identifier + [0xfe, 0xff, 0xff, 0xff], 1 << 20) }
        // Padding within reason is passed over, and that without end is not.
        let padding: [UInt8] = [0xfe, 4, 0, 0, 0, 0, 0, 0]
        #expect(try read(SnappyFrames.identifier + padding + good.dropFirst(10), 3))
        #expect(throws: BeaconWireError.self) {
            try read(SnappyFrames.identifier + [[UInt8]](repeating: padding, count: 100).flatMap { $0 }, 3)
        }
        // Chunks that hold nothing.
        let empty: [UInt8] = [1, 4, 0, 0, 0xd8, 0xea, 0x82, 0xa2]
        #expect(throws: BeaconWireError.self) { try read(SnappyFrames.identifier + empty, 3) }
    }

    @Test("a request's length is judged before its bytes are there")
    func requests() throws {
        var reader = RequestReader(allowed: 8...8)
        #expect(throws: BeaconWireError.length(9, allowed: 8...8)) { try reader.read([9]) }
        reader = RequestReader(allowed: 8...8)
        #expect(throws: BeaconWireError.length(0, allowed: 8...8)) { try reader.read([0]) }
        reader = RequestReader(allowed: 0...100)
        #expect(throws: BeaconWireError.varint) { try reader.read([UInt8](repeating: 0x80, count: 10)) }
        reader = RequestReader(allowed: 0...100)
        #expect(throws: BeaconWireError.length(1 << 63, allowed: 0...100)) {
            try reader.read([UInt8](repeating: 0x80, count: 9) + [1])
        }
        // Nothing at all is a whole request of nothing only once its length and stream are there.
        reader = RequestReader(allowed: 0...100)
        #expect(try reader.read([0]) == nil)
        #expect(try reader.read(SnappyFrames.identifier) == [])
    }

    @Test("answers: chunks one byte at a time, errors with their words, foreign forks, codes that are none")
    func answers() throws {
        let (one, two) = (RequestFrames.chunk([1, 2, 3], context: digest), RequestFrames.chunk([4], context: digest))
        let failure = RequestFrames.failure(.resourceUnavailable, String(repeating: "a", count: 300))
        var reader = ResponseReader(allowed: 1...100, context: digest)
        var read: [ResponseChunk] = []
        for byte in one + two + failure {
            reader.feed([byte])
            while let chunk = try reader.next() { read.append(chunk) }
        }
        #expect(read == [.success([1, 2, 3]), .success([4]), .failure(code: 3, message: String(repeating: "a", count: 256))])
        #expect(reader.isBetweenChunks)
        reader.feed(Array(one.prefix(7)))
        #expect(try reader.next() == nil)
        #expect(!reader.isBetweenChunks)

        reader = ResponseReader(allowed: 1...100, context: digest)
        reader.feed(RequestFrames.chunk([1], context: ForkDigest([1, 2, 3, 5])))
        #expect(throws: BeaconWireError.foreignContext) { try reader.next() }
        reader = ResponseReader(allowed: 1...100, context: nil)
        reader.feed([4] + RequestFrames.payload([0x68, 0x69]))
        #expect(try reader.next() == .failure(code: 4, message: "hi"))
        reader = ResponseReader(allowed: 1...2, context: nil)
        reader.feed(RequestFrames.chunk([1, 2, 3], context: nil))
        #expect(throws: BeaconWireError.length(3, allowed: 1...2)) { try reader.next() }
        // A peer's own error, and one with too many words.
        reader = ResponseReader(allowed: 1...2, context: nil)
        reader.feed([200] + RequestFrames.payload([0x68, 0x69]))
        #expect(try reader.next() == .failure(code: 200, message: "hi"))
        reader.feed([1] + RequestFrames.payload([UInt8](repeating: 0x61, count: 257)))
        #expect(throws: BeaconWireError.self) { try reader.next() }
    }

    @Test("a topic's whole name")
    func topics() { #expect(BeaconTopic(digest, "update_ack").wireName == "/eth2/01020304/update_ack/ssz_snappy") }

    @Test("numbers, roots and ranges that are none")
    func containers() throws {
        #expect(throws: BeaconWireError.self) { try NumberMessage.decode([1]) }
        #expect(try NumberMessage.decode(NumberMessage.encode(.max)) == .max)
        #expect(throws: BeaconWireError.self) { try BlocksByRootRequest.decode([UInt8](repeating: 0, count: 33)) }
        #expect(throws: BeaconWireError.self) { try BlocksByRootRequest.decode([UInt8](repeating: 0, count: 32 * 129)) }
        #expect(try BlocksByRootRequest.decode([UInt8](repeating: 1, count: 64)).count == 2)
        #expect(BlocksByRangeRequest(startSlot: .max, count: 1).slots == nil)
        #expect(BlocksByRangeRequest(startSlot: 1, count: 0).slots == nil)
        #expect(BlocksByRangeRequest(startSlot: 1, count: .max).slots == 1..<129)
        #expect(throws: SSZError.self) { try StatusMessage(deserializing: [1], .pol) }
        // A bit behind the four subnets.
        #expect(throws: SSZError.self) { try MetaData(deserializing: [UInt8](repeating: 0, count: 16) + [0x10], .pol) }
    }

    @Test("a bucket gives what it holds, and fills by the clock")
    func buckets() {
        var bucket = TokenBucket(capacity: 10, rate: 2, now: 5)
        #expect(bucket.take(10, now: 5) == true)
        #expect(bucket.take(1, now: 5.25) == false)
        #expect(bucket.take(1, now: 5.5) == true)
        #expect(bucket.wait(for: 4, now: 5.5) == 2)
        #expect(bucket.wait(for: 11, now: 5.5) == nil)
        // A clock that goes back gives nothing.
        #expect(bucket.take(1, now: 1) == false)
        #expect(bucket.take(10, now: 100) == true)

        var quota = RequestQuota<Int>()
        for _ in 0..<8 { #expect(quota.take(1, .beaconBlocksByRange, count: 128, now: 0) == true) }
        #expect(quota.take(1, .beaconBlocksByRange, count: 1, now: 0) == false)
        #expect(quota.wait(1, .beaconBlocksByRange, count: 128, now: 0) == 0.25)
        #expect(quota.wait(1, .beaconBlocksByRange, count: 2000, now: 0) == nil)
        // Others are not its concern, and other protocols neither.
        #expect(quota.take(2, .beaconBlocksByRange, count: 128, now: 0) == true)
        #expect(quota.take(1, .status, now: 0) == true)
        quota.forget(1)
        #expect(quota.take(1, .beaconBlocksByRange, count: 128, now: 0) == true)
    }
}
