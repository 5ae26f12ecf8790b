import NIOCore
import TestSupport
import Testing

@testable import LibP2PProtocols

@Suite("Frames and protobuf fields")
struct WireTests {
    @Test("frames split at every byte")
    func splitFrames() throws {
        let body = [UInt8](repeating: 7, count: 300)
        let framed = VarintFrames.frame(body)
        for cut in 0..<framed.count {
            var input = ByteBuffer(bytes: framed[..<cut])
            #expect(try VarintFrames.next(in: &input, limit: 300) == nil)
            input.writeBytes(framed[cut...])
            #expect(try VarintFrames.next(in: &input, limit: 300).map { Array($0.readableBytesView) } == body)
            #expect(input.readableBytes == 0)
        }
    }

    @Test("lengths are refused as soon as they are readable")
    func lengths() {
        var huge = ByteBuffer(bytes: [0x80, 0x80, 0x80, 0x80, 0x80, 0x40])  // 2^41
        #expect(throws: WireError.tooLong(length: 1 << 41, limit: 100)) { try VarintFrames.next(in: &huge, limit: 100) }
        var overlong = ByteBuffer(bytes: [0x81, 0x00])
        #expect(throws: WireError.varintNotMinimal) { try VarintFrames.next(in: &overlong, limit: 100) }
        var endless = ByteBuffer(bytes: [UInt8](repeating: 0x80, count: 12))
        #expect(throws: WireError.varintTooLong) { try VarintFrames.next(in: &endless, limit: 100) }
        var ten = ByteBuffer(bytes: [UInt8](repeating: 0xff, count: 12))
        #expect(throws: WireError.self) { try VarintFrames.next(in: &ten, limit: 100) }
    }

    @Test("a message of every wire type")
    func protobuf() throws {
        var writer = ProtobufWriter()
        writer.varint(1, UInt64.max)
        writer.bytes(2, [1, 2, 3])
        var reader = ProtobufReader(writer.bytes + [0x1d, 1, 0, 0, 0, 0x21, 2, 0, 0, 0, 0, 0, 0, 0])
        #expect(try reader.next()?.varint == UInt64.max)
        #expect(try reader.next()?.bytes == [1, 2, 3])
        #expect(try reader.next()?.value == .fixed32(1))
        #expect(try reader.next()?.value == .fixed64(2))
        #expect(try reader.next() == nil)
    }

    @Test("arbitrary bytes never trap", arguments: 0..<20)
    func garbage(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let bytes = generator.bytes(Int.random(in: 0...60, using: &generator))
            var reader = ProtobufReader(bytes)
            while let field = try? reader.next() { _ = field.text }
            var message = IdentifyMessage()
            try? message.merge(bytes)
            _ = try? PeerRecord(envelope: bytes)
            _ = try? RemotePublicKey(message: bytes)
            _ = try? NoiseHandshakePayload(bytes: bytes)
        }
    }
}
