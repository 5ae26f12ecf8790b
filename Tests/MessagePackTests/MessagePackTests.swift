import MessagePack
import Testing

@Suite("MessagePack from outside")
struct MessagePackTests {
    @Test("forms that Python never writes are read too")
    func longForms() throws {
        #expect(try MessagePackValue(bytes: [0xcf, 0, 0, 0, 0, 0, 0, 0, 5]) == .integer(5))
        #expect(try MessagePackValue(bytes: [0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]) == .integer(-1))
        #expect(try MessagePackValue(bytes: [0xca, 0x3f, 0xc0, 0, 0]) == .float(1.5))
        #expect(try MessagePackValue(bytes: [0xdb, 0, 0, 0, 1, 0x61]) == .text("a"))
        #expect(try MessagePackValue(bytes: [0xdd, 0, 0, 0, 1, 0xc0]) == .array([.null]))
        #expect(try MessagePackValue(bytes: [0xdf, 0, 0, 0, 1, 0xc0, 0xc2]) == .map([.init(.null, .bool(false))]))
        #expect(try MessagePackValue(bytes: [0xd0, 0x80]) == .integer(-128))
        #expect(try MessagePackValue(bytes: [0xc7, 1, 0x80, 9]) == .extended(type: -128, data: [9]))
    }

    @Test("lengths are not believed")
    func lengths() {
        for first in [UInt8](arrayLiteral: 0xc6, 0xc9, 0xdb, 0xdd, 0xdf) {
            #expect(throws: MessagePackError.truncated(offset: 0)) { try MessagePackValue(bytes: [first, 0xff, 0xff, 0xff, 0xff, 0]) }
        }
        #expect(throws: MessagePackError.truncated(offset: 1)) { try MessagePackValue(bytes: [0x91, 0x92, 0xc0]) }
        #expect(throws: MessagePackError.truncated(offset: 0)) { try MessagePackValue(bytes: [0xcd, 1]) }
        #expect(throws: MessagePackError.truncated(offset: 0)) { try MessagePackValue(bytes: []) }
    }

    @Test("what is malformed is refused by name")
    func malformed() {
        #expect(throws: MessagePackError.reserved(offset: 0)) { try MessagePackValue(bytes: [0xc1]) }
        #expect(throws: MessagePackError.notUTF8(offset: 1)) { try MessagePackValue(bytes: [0x91, 0xa1, 0xff]) }
        #expect(throws: MessagePackError.trailingBytes(offset: 1, count: 2)) { try MessagePackValue(bytes: [0xc0, 0xc0, 0xc0]) }
    }

    @Test("depth, number and size are bounded over the whole input")
    func limits() throws {
        let limits = MessagePackLimits(maximumSize: 100, maximumDepth: 3, maximumValues: 10)
        func read(_ bytes: [UInt8]) throws(MessagePackError) -> MessagePackValue { try MessagePackValue(bytes: bytes, limits: limits) }
        #expect(try read([0x91, 0x91, 0x91, 0xc0]) == .array([.array([.array([.null])])]))
        #expect(throws: MessagePackError.tooDeep(limit: 3)) { try read([0x91, 0x91, 0x91, 0x90]) }
        #expect(throws: MessagePackError.tooDeep(limit: 3)) { try read([0x91, 0x81, 0xc0, 0x91, 0x80]) }
        #expect(try read([0x99] + [UInt8](repeating: 1, count: 9)).array?.count == 9)
        #expect(throws: MessagePackError.tooManyValues(limit: 10)) { try read([0x9a] + [UInt8](repeating: 1, count: 10)) }
        #expect(throws: MessagePackError.tooManyValues(limit: 10)) {
            try read([0x92, 0x94, 1, 1, 1, 1, 0x94, 1, 1, 1, 1])
        }
        #expect(throws: MessagePackError.tooLarge(limit: 100, actual: 101)) { try read([UInt8](repeating: 0, count: 101)) }
    }

    @Test("several values one after another")
    func sequence() throws {
        var reader = try MessagePackReader([1, 0xa1, 0x61, 0xc0])
        #expect(try reader.next() == .integer(1))
        #expect(try reader.next() == .text("a"))
        #expect(throws: MessagePackError.trailingBytes(offset: 3, count: 1)) { try reader.finish() }
        #expect(try reader.next() == .null && reader.isAtEnd)
    }

    @Test("values by their kind")
    func kinds() {
        let map = MessagePackValue.map([
            .init(.text("a"), .integer(1)), .init(.binary([1]), .null), .init(.text("a"), .float(2.5)),
            .init(.text("e\u{301}"), .bool(true)),
        ])
        #expect(map["a"]?.double == 2.5)
        #expect(map["é"] == nil, "texts that only look alike are different keys")
        #expect(MessagePackValue(UInt64.max) == .unsigned(.max) && MessagePackValue(7) == .integer(7))
        #expect(MessagePackValue.unsigned(.max).int == nil && MessagePackValue.integer(-3).double == -3)
        #expect(MessagePackValue.text("1").int == nil && MessagePackValue.null.isNull && MessagePackValue.text("x").map == nil)
    }
}
