import Primitives
import Testing

@Suite("UInt256") struct UInt256Tests {
    private func value(_ hex: String) throws -> UInt256 { UInt256(bigEndian: try Hash32(hex: hex)) }

    @Test("arithmetic as Python's integers do it") func arithmetic() throws {
        let vectors = try PrimitiveVectors.load().arithmetic
        #expect(vectors.count == 200)
        for vector in vectors {
            let a = try value(vector.a)
            let b = try value(vector.b)
            let sum = a.addingReportingOverflow(b)
            #expect(try sum.partialValue == value(vector.sum) && sum.overflow == vector.carries)
            let difference = a.subtractingReportingOverflow(b)
            #expect(try difference.partialValue == value(vector.difference) && difference.overflow == vector.borrows)
            #expect(try a &+ b == value(vector.sum) && a &- b == value(vector.difference))
            #expect(try a &* b == value(vector.product), "\(a) * \(b)")
            #expect(try a << vector.shift == value(vector.left), "\(a) << \(vector.shift)")
            #expect(try a >> vector.shift == value(vector.right), "\(a) >> \(vector.shift)")
            #expect(try a & b == value(vector.and) && a | b == value(vector.or) && a ^ b == value(vector.xor) && ~a == value(vector.not))
            #expect((a < b) == vector.borrows)
            let division = a.quotientAndRemainder(dividingBy: b)
            if let quotient = vector.quotient, let remainder = vector.remainder {
                #expect(try division?.quotient == value(quotient), "\(a) / \(b)")
                #expect(try division?.remainder == value(remainder), "\(a) mod \(b)")
            } else {
                #expect(division == nil)
            }
        }
    }

    @Test("text and bytes") func text() throws {
        for vector in try PrimitiveVectors.load().arithmetic {
            let a = try value(vector.a)
            #expect(a.description == vector.decimal)
            #expect(UInt256(decimal: vector.decimal) == a)
            #expect(a.quantityHex == vector.quantity)
            #expect(UInt256(bigEndian: a.bigEndianHash) == a && UInt256(littleEndian: a.littleEndianHash) == a)
            #expect(a.littleEndianHash.bytes == a.bigEndianHash.bytes.reversed())
            #expect(UInt256(bigEndianBytes: a.minimalBigEndianBytes) == a)
            #expect(a.minimalBigEndianBytes.first != 0)
            #expect(a.asUInt64 == UInt64(vector.decimal))
            #expect(a.leadingZeroBitCount == 256 - bitLength(a))
        }
        #expect(UInt256.zero.minimalBigEndianBytes.isEmpty && UInt256.zero.quantityHex == "0x0")
    }

    private func bitLength(_ value: UInt256) -> Int {
        var length = 0
        while !(value >> length).isZero { length += 1 }
        return length
    }

    @Test("refused text and bytes") func refused() {
        let tooLarge = "115792089237316195423570985008687907853269984665640564039457584007913129639936"
        for text in ["", "-1", "+1", " 1", "1 ", "0x1", "1e3", "١", tooLarge, tooLarge + "0"] {
            #expect(UInt256(decimal: text) == nil, "\(text)")
        }
        #expect(UInt256(decimal: "115792089237316195423570985008687907853269984665640564039457584007913129639935") == .max)
        #expect(UInt256(decimal: "007") == 7)
        #expect(UInt256(bigEndianBytes: [UInt8](repeating: 0, count: 33)) == nil)
    }
}
