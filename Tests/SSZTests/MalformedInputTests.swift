import Primitives
import SSZ
import Testing

/// Each rule of deserialisation, broken once.
@Suite("SSZ malformed input") struct MalformedInputTests {
    private func reason<Value>(_ decode: @autoclosure () throws(SSZError) -> Value) -> SSZError.Reason? {
        do {
            _ = try decode()
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("basic types") func basic() {
        #expect(reason(try UInt64(deserializing: [1, 2, 3])) == .wrongLength(expected: 8, actual: 3))
        #expect(reason(try Bool(deserializing: [2])) == .invalidBoolean(2))
        #expect(reason(try Bool(deserializing: [])) == .wrongLength(expected: 1, actual: 0))
        #expect(reason(try Hash32(deserializing: [1])) == .wrongLength(expected: 32, actual: 1))
        #expect(reason(try Bytes48(deserializing: [])) == .wrongLength(expected: 48, actual: 0))
        #expect(reason(try Address(deserializing: [0])) == .wrongLength(expected: 20, actual: 1))
        #expect(reason(try UInt256(deserializing: [0])) == .wrongLength(expected: 32, actual: 1))
    }

    @Test("bits") func bits() {
        #expect(reason(try Bitlist(deserializing: [], .limit(8))) == .missingDelimiter)
        #expect(reason(try Bitlist(deserializing: [1, 0], .limit(8))) == .missingDelimiter)
        #expect(reason(try Bitlist(deserializing: [0, 2], .limit(8))) == .overLimit(limit: 8, actual: 9))
        #expect(reason(try Bitvector(deserializing: [0x10], .length(4))) == .bitsBeyondLength(4))
        #expect(reason(try Bitvector(deserializing: [0, 0], .length(4))) == .wrongLength(expected: 1, actual: 2))
    }

    @Test("lists and vectors") func collections() {
        #expect(reason(try [UInt64](deserializing: [0, 0, 0], .limit(4))) == .notMultiple(of: 8, actual: 3))
        #expect(reason(try [UInt64](deserializing: [UInt8](repeating: 0, count: 40), .limit(4))) == .overLimit(limit: 4, actual: 5))
        #expect(reason(try SSZList<UInt64>(deserializing: [UInt8](repeating: 0, count: 40), .limit(4))) == .overLimit(limit: 4, actual: 5))
        #expect(reason(try [UInt8](deserializing: [1, 2], .limit(1))) == .overLimit(limit: 1, actual: 2))
        #expect(reason(try SSZVector<UInt64>(deserializing: [0], .length(2))) == .wrongLength(expected: 16, actual: 1))
        #expect(reason(try SSZVector<UInt64>(deserializing: [], .length(.max))) != nil)
    }

    @Test("offsets") func offsets() {
        let shape = Bound<Bound<Unshaped>>.limit(4, of: .limit(4))
        func list(_ bytes: [UInt8]) -> SSZError.Reason? { reason(try [[UInt8]](deserializing: bytes, shape)) }
        #expect(list([1]) == .tooShort(needed: 4, actual: 1))
        #expect(list([0, 0, 0, 0]) == .notMultiple(of: 4, actual: 0))
        #expect(list([5, 0, 0, 0, 0]) == .notMultiple(of: 4, actual: 5))
        #expect(list([8, 0, 0, 0]) == .offsetBeyondEnd(offset: 8, count: 4))
        #expect(list([8, 0, 0, 0, 4, 0, 0, 0]) == .offsetsDecrease(previous: 8, next: 4))
        #expect(list([8, 0, 0, 0, 9, 0, 0, 0]) == .offsetBeyondEnd(offset: 9, count: 8))
        #expect(list([20, 0, 0, 0] + [UInt8](repeating: 20, count: 16)) == .overLimit(limit: 4, actual: 5))
        #expect(list([4, 0, 0, 0, 1, 1, 1, 1, 1]) == .overLimit(limit: 4, actual: 5))
        #expect(list([]) == nil)
    }

    @Test("containers") func containers() {
        let good: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 17, 0, 0, 0, 1]
        func sample(_ change: (inout [UInt8]) -> Void) -> SSZError.Reason? {
            var bytes = good
            change(&bytes)
            return reason(try Sample(deserializing: bytes))
        }
        #expect(sample { _ in } == nil)
        #expect(sample { $0.removeLast(2) } == .tooShort(needed: 17, actual: 16))
        #expect(sample { $0.removeLast() } == .missingDelimiter)
        #expect(sample { $0[8] = 18 } == .firstOffset(expected: 17, actual: 18))
        #expect(sample { $0[8] = 0 } == .firstOffset(expected: 17, actual: 0))
        #expect(sample { $0[13] = 16 } == .offsetsDecrease(previous: 17, next: 16))
        #expect(sample { $0[16] = 0xff } == .offsetBeyondEnd(offset: 0xff00_0011, count: 18))
        #expect(sample { $0[12] = 3 } == .invalidBoolean(3))
        #expect(sample { $0[13] = 18 } == .notMultiple(of: 8, actual: 1))
    }
}
