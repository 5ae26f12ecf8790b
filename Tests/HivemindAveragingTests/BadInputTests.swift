import LibP2PProtocols
import Multiformats
import Testing

@testable import HivemindAveraging

@Suite("Tensors from outside")
struct BadInputTests {
    static func tensor(_ shape: [UInt64], _ change: (inout ProtobufWriter) -> Void = { _ in }) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(2, shape.flatMap { Varint.encode($0) })
        change(&writer)
        return writer.bytes
    }

    @Test("sizes are not believed")
    func sizes() throws {
        #expect(try SerialisedTensor(bytes: Self.tensor([2, 3])).count == 6)
        for shape in [[1 << 27], [1 << 20, 1 << 20], [1 << 40, 1 << 40], [UInt64.max >> 1]] as [[UInt64]] {
            #expect(throws: WireError.malformed("a tensor of too many numbers")) { try SerialisedTensor(bytes: Self.tensor(shape)) }
        }
        #expect(throws: WireError.malformed("more than 16 dimensions")) {
            try SerialisedTensor(bytes: Self.tensor([UInt64](repeating: 1, count: 17)))
        }
        #expect(throws: WireError.malformed("the compression of a tensor")) {
            try SerialisedTensor(bytes: Self.tensor([1]) { $0.varint(5, 9) })
        }
    }

    @Test("buffers fit their sizes")
    func buffers() throws {
        func numbers(_ count: Int, _ size: Int, _ type: String, _ kind: SerialisedTensor.Compression) throws(TensorError) -> [Float] {
            try SerialisedTensor(buffer: [UInt8](repeating: 0, count: size), shape: [count], type: type, compression: kind).numbers()
        }
        #expect(throws: TensorError.length(expected: 8, actual: 7)) { try numbers(2, 7, "float32", .none) }
        #expect(throws: TensorError.length(expected: 4, actual: 8)) { try numbers(2, 8, "float32", .float16) }
        #expect(throws: TensorError.type("int64")) { try numbers(1, 8, "int64", .none) }
        #expect(throws: TensorError.codebook) { try numbers(1, 7, "float32", .uniform8Bit) }
        #expect(throws: TensorError.codebook) { try numbers(1, 9, "float32", .uniform8Bit) }
        #expect(throws: TensorError.length(expected: 2, actual: 0)) { try numbers(2, 8, "float32", .uniform8Bit) }
        #expect(throws: TensorError.compression(.blockwise8Bit)) { try numbers(1, 4, "float32", .blockwise8Bit) }
        #expect(try numbers(0, 0, "float32", .none) == [])
        let short = SerialisedTensor(bytes: [1, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0x80, 0x3f] + [0, 1], count: 2)
        #expect(throws: TensorError.codebook) { try short.numbers() }
    }

    @Test("numbers that are none are written somehow, and read back")
    func oddNumbers() throws {
        for kind in [SerialisedTensor.Compression.none, .float16, .uniform8Bit] {
            for numbers in [[], [5], [.nan, 1, .infinity], [2, 2, 2]] as [[Float]] {
                #expect(try SerialisedTensor(numbers, compression: kind).numbers().count == numbers.count)
            }
        }
        #expect(try SerialisedTensor([2, 2, 2], compression: .uniform8Bit).numbers() == [2, 2, 2])
        #expect(try SerialisedTensor([1e9, -1e9], compression: .float16).numbers() == [65_504, -65_504])
    }
}

extension SerialisedTensor {
    fileprivate init(bytes buffer: [UInt8], count: Int) {
        self.init(buffer: buffer, shape: [count], compression: .uniform8Bit)
    }
}
