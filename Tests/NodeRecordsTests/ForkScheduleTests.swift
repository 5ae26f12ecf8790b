import Primitives
import RLP
import Testing

@testable import NodeRecords

/// EIP-2124's test cases.
@Suite("Fork ids")
struct ForkScheduleTests {
    static func mainnet() throws -> ForkSchedule {
        ForkSchedule(
            genesis: try Hash32(hex: "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"),
            // In any order, and twice where two forks came at once.
            blocks: [7_280_000, 1_150_000, 1_920_000, 2_463_000, 2_675_000, 4_370_000, 7_280_000, 0], times: [])
    }

    private func id(_ hash: UInt32, _ next: UInt64) throws -> ForkID {
        ForkID(hash: try #require(Bytes4(hash.bigEndianBytes)), next: next)
    }

    @Test(
        "of a head",
        arguments: [
            (0, 0xfc64_ec04, 1_150_000), (1_149_999, 0xfc64_ec04, 1_150_000), (1_150_000, 0x97c2_c34c, 1_920_000),
            (1_919_999, 0x97c2_c34c, 1_920_000), (1_920_000, 0x91d1_f948, 2_463_000), (2_462_999, 0x91d1_f948, 2_463_000),
            (2_463_000, 0x7a64_da13, 2_675_000), (2_674_999, 0x7a64_da13, 2_675_000), (2_675_000, 0x3edd_5b10, 4_370_000),
            (4_369_999, 0x3edd_5b10, 4_370_000), (4_370_000, 0xa00b_c324, 7_280_000), (7_279_999, 0xa00b_c324, 7_280_000),
            (7_280_000, 0x668d_b0af, 0), (7_987_396, 0x668d_b0af, 0),
        ] as [(UInt64, UInt32, UInt64)])
    func heads(number: UInt64, hash: UInt32, next: UInt64) throws {
        #expect(try Self.mainnet().id(number: number, time: 0) == id(hash, next))
    }

    static let remotes: [(UInt64, UInt32, UInt64, ForkMismatch?)] = [
        (7_987_396, 0x668d_b0af, 0, nil), (7_987_396, 0x668d_b0af, .max, nil), (7_279_999, 0xa00b_c324, 0, nil),
        (7_279_999, 0xa00b_c324, 7_280_000, nil), (7_279_999, 0xa00b_c324, .max, nil), (7_987_396, 0xa00b_c324, 7_280_000, nil),
        (7_987_396, 0x3edd_5b10, 4_370_000, nil), (7_279_999, 0x668d_b0af, 0, nil), (4_369_999, 0xa00b_c324, 0, nil),
        (7_987_396, 0xa00b_c324, 0, .remoteStale), (7_987_396, 0x5cdd_c0e1, 0, .incompatible), (7_279_999, 0x5cdd_c0e1, 0, .incompatible),
        (7_987_396, 0xafec_6b27, 0, .incompatible), (88_888_888, 0x668d_b0af, 88_888_888, .incompatible),
        (7_279_999, 0xa00b_c324, 7_279_999, .incompatible),
    ]

    @Test("of others, taken or refused", arguments: remotes)
    func others(number: UInt64, hash: UInt32, next: UInt64, mismatch: ForkMismatch?) throws {
        let (schedule, other) = (try Self.mainnet(), try id(hash, next))
        var found: ForkMismatch?
        do throws(ForkMismatch) {
            try schedule.check(other, number: number, time: 0)
        } catch {
            found = error
        }
        #expect(found == mismatch)
    }

    @Test("forks by time come behind those by blocks (EIP-6122)")
    func times() throws {
        // Mainnet up to Cancun: 0xf0afd0e3 is London's last, 0xdce96c2d Shanghai's, 0x9f3d2254 Cancun's.
        let schedule = ForkSchedule(
            genesis: try Self.mainnet().genesis,
            blocks: [
                1_150_000, 1_920_000, 2_463_000, 2_675_000, 4_370_000, 7_280_000, 9_069_000, 9_200_000, 12_244_000, 12_965_000, 13_773_000,
                15_050_000,
            ], times: [1_681_338_455, 1_710_338_135])
        #expect(try schedule.id(number: 15_050_000, time: 1_681_338_454) == id(0xf0af_d0e3, 1_681_338_455))
        #expect(try schedule.id(number: 20_000_000, time: 1_681_338_455) == id(0xdce9_6c2d, 1_710_338_135))
        #expect(try schedule.id(number: 20_000_000, time: 1_710_338_135) == id(0x9f3d_2254, 0))
        try schedule.check(id(0xdce9_6c2d, 1_710_338_135), number: 20_000_000, time: 1_710_338_135)
        #expect(throws: ForkMismatch.remoteStale) {
            try schedule.check(id(0xdce9_6c2d, 0), number: 20_000_000, time: 1_710_338_135)
        }
        // Announced for a time that has passed here.
        #expect(throws: ForkMismatch.incompatible) {
            try schedule.check(id(0x9f3d_2254, 1_750_000_000), number: 20_000_000, time: 1_750_000_000)
        }
        try schedule.check(id(0x9f3d_2254, 1_750_000_000), number: 20_000_000, time: 1_749_999_999)
    }

    @Test(
        "in RLP",
        arguments: [
            (0, 0, "c6840000000080"), (0xdead_beef, 0xbadd_cafe, "ca84deadbeef84baddcafe"),
            (.max, .max, "ce84ffffffff88ffffffffffffffff"),
        ] as [(UInt32, UInt64, String)])
    func coding(hash: UInt32, next: UInt64, hex: String) throws {
        let own = try id(hash, next)
        var encoder = RLPEncoder()
        own.append(to: &encoder)
        #expect(encoder.bytes.bareHex == hex)
        var decoder = try RLPDecoder(encoder.bytes)
        #expect(try ForkID(&decoder) == own)
    }
}
