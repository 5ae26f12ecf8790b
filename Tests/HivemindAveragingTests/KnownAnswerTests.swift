import Foundation
import LibP2PProtocols
import Primitives
import Testing

@testable import HivemindAveraging

/// What hivemind 1.1.12 made, by `scripts/vectors/hivemind_vectors.py`.
@Suite("Hivemind averaging known answers")
struct KnownAnswerTests {
    struct Vectors: Decodable {
        struct Tensor: Decodable {
            var compression, bytes: String
            var shape: [Int]
            var numbers, read: [Double]
        }
        struct Schema: Decodable {
            var shapes: [[Int]]
            var hash: String
        }
        struct Split: Decodable {
            var counts, modes: [Int]
            var compression: String
            var parts: [[Int]]
        }
        var tensors: [Tensor]
        var schemas: [Schema]
        var splits: [Split]
        var messages: [String: String]
    }

    static func vectors() throws -> Vectors {
        let url = try #require(Bundle.module.url(forResource: "averaging", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }

    static func compression(_ name: String) throws -> SerialisedTensor.Compression {
        try #require(SerialisedTensor.Compression.allCases.first { "\($0)" == name })
    }

    @Test("tensors are read to the same numbers; what is exact is written to the same bytes")
    func tensors() throws {
        for vector in try Self.vectors().tensors {
            let tensor = try SerialisedTensor(bytes: [UInt8](hex: vector.bytes))
            #expect(tensor.shape == vector.shape && "\(tensor.compression)" == vector.compression && tensor.type == "float32")
            #expect(tensor.bytes.bareHex == vector.bytes)
            #expect(try tensor.numbers() == vector.read.map { Float($0) }, "\(vector.compression)")
            let numbers = vector.numbers.map { Float($0) }
            switch tensor.compression {
            case .none, .float16:
                #expect(try SerialisedTensor(numbers, shape: vector.shape, compression: tensor.compression) == tensor)
            case .uniform8Bit:
                let own = try SerialisedTensor(numbers, shape: vector.shape, compression: .uniform8Bit).numbers()
                let theirs = try tensor.numbers()
                // Their mean and deviation are summed in another order: a number on a border may fall into the next bin.
                for (number, (one, two)) in zip(numbers, zip(own, theirs)) {
                    #expect(abs(one - two) <= 0.05 * max(1, abs(number)), "\(number): \(one), \(two)")
                }
            case .meanStd16Bit, .quantile8Bit, .blockwise8Bit:
                #expect(throws: TensorError.compression(tensor.compression)) {
                    try SerialisedTensor(numbers, compression: tensor.compression)
                }
            }
        }
    }

    @Test("messages, read and written byte for byte")
    func messages() throws {
        let bytes = try Self.vectors().messages.mapValues { try [UInt8](hex: $0) }
        let join = JoinRequest(
            schema: [UInt8](repeating: 0, count: 20), expiration: 1_700_000_000.5, gather: [0x67], isClient: true, groupKey: "p.0b01")
        #expect(join.bytes == bytes["join"])
        #expect(try JoinRequest(bytes: join.bytes) == join)
        var begin = LeaderMessage(.beginAllReduce)
        (begin.groupID, begin.peers, begin.gathered) = (Array("id".utf8), [[0x61], [0x62]], [[], [0x79]])
        #expect(begin.bytes == bytes["begin"])
        #expect(try LeaderMessage(bytes: begin.bytes) == begin)
        var disbanded = LeaderMessage(.groupDisbanded)
        disbanded.suggestedLeader = [0x6c]
        #expect(disbanded.bytes == bytes["disbanded"])
        let tensor = try SerialisedTensor([1])
        let part = AveragingPart(.partForAveraging, groupID: Array("id".utf8), tensor: tensor, weight: 2.5)
        #expect(part.bytes == bytes["part"])
        #expect(try AveragingPart(bytes: part.bytes) == part)
        #expect(AveragingPart(.internalError).bytes == bytes["error"])
    }

    @Test("schemas of tensors")
    func schemas() throws {
        for vector in try Self.vectors().schemas { #expect(TensorSchema.hash(shapes: vector.shapes).bareHex == vector.hash) }
    }

    @Test("who averages what")
    func splits() throws {
        let splits = try Self.vectors().splits
        #expect(splits.count == 90)
        for vector in splits {
            let modes = try vector.modes.map { try #require(AveragingMode(rawValue: $0)) }
            let compression = try Self.compression(vector.compression)
            let split = try #require(GroupSplit(counts: vector.counts, modes: modes, compression: compression))
            #expect(
                split.parts.map { $0.map(\.range.count) } == vector.parts,
                "\(vector.counts) \(vector.modes) \(vector.compression)")
            // Together they are all of it, in order.
            var ends = [Int](repeating: 0, count: vector.counts.count)
            for part in split.parts.flatMap(\.self) {
                #expect(part.range.lowerBound == ends[part.tensor])
                ends[part.tensor] = part.range.upperBound
            }
            #expect(ends == vector.counts)
        }
        #expect(GroupSplit(counts: [1], modes: [.client], compression: .none) == nil)
        #expect(GroupSplit(counts: [1], modes: [.node], compression: .quantile8Bit) == nil)
    }
}
