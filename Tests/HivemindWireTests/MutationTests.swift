import MessagePack
import NIOCore
import Primitives
import TestSupport
import Testing

@testable import HivemindWire

/// The fuzz target `hivemind` in small: honest bytes, changed at random, are read or refused, and what is read is written the same.
@Suite("Changed bytes")
struct MutationTests {
    /// Each reader with its writer: the bytes written of what was read, or `nil` for a refusal.
    static let readers: [@Sendable ([UInt8]) -> [UInt8]?] = [
        { try? PingRequest(bytes: $0).bytes }, { try? PingResponse(bytes: $0).bytes }, { try? StoreRequest(bytes: $0).bytes },
        { try? StoreResponse(bytes: $0).bytes }, { try? FindRequest(bytes: $0).bytes }, { try? FindResponse(bytes: $0).bytes },
        { try? UnaryFrame(bytes: $0).bytes }, { try? ExpiringDictionary(bytes: $0).bytes }, { try? Subkey(bytes: $0).bytes },
        { try? MessagePackValue(bytes: $0).bytes },
        {
            var buffer = ByteBuffer(bytes: $0)
            return try? StreamFrame.next(in: &buffer, limit: 64)?.bytes
        },
    ]

    @Test("are read or refused", arguments: 0..<11)
    func mutations(reader: Int) throws {
        let vectors = try KnownAnswerTests.vectors()
        let texts = vectors.messages.values.sorted() + vectors.frames.values.sorted() + [vectors.dictionary]
        var seeds = try texts.map { try [UInt8](hex: $0) }
        seeds += [StreamFrame.message([1, 2, 3]).bytes, StreamFrame.failure("no").bytes, try Subkey("a").bytes]
        let read = Self.readers[reader]
        var (generator, accepted) = (SeededGenerator(seed: UInt64(reader)), 0)
        for round in 0..<3000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 2: bytes.removeSubrange(place..<min(place + 5, bytes.count))
                default: bytes.insert(contentsOf: bytes[place..<min(place + 9, bytes.count)], at: place)
                }
            }
            guard let written = read(bytes) else { continue }
            accepted += 1
            #expect(read(written) == written, "\(bytes.bareHex)")
        }
        #expect(accepted > 0)
    }
}
