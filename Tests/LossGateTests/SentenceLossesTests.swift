import LossGate
import Primitives
import Testing

@Suite struct SentenceLossesTests {
    private let model = SHA256.hash([1])
    private let pool = SHA256.hash([2])

    private func losses() -> SentenceLosses {
        var losses = SentenceLosses(baseModel: model, pool: pool, count: 5)
        losses.note(1.5, at: 0)
        losses.note(0.1, at: 3)
        return losses
    }

    private func read(_ record: [UInt8], model: Hash32? = nil, pool: Hash32? = nil, count: Int = 5) -> SentenceLosses? {
        SentenceLosses(record: record, baseModel: model ?? self.model, pool: pool ?? self.pool, count: count)
    }

    @Test func whatIsNotedComesBack() throws {
        let again = try #require(read(losses().record))
        #expect(again == losses())
        #expect((0..<5).map { again[$0] } == [1.5, nil, nil, 0.1, nil])
        #expect(again.missing == [1, 2, 4])
    }

    /// Each byte of the record counts, and whose it is.
    @Test func aDamagedRecordIsNone() {
        let record = losses().record
        for index in record.indices {
            var damaged = record
            damaged[index] ^= 0x10
            #expect(read(damaged) == nil)
        }
        #expect(read([]) == nil && read(record.dropLast()) == nil && read(record + [0]) == nil)
        #expect(read(record, model: pool) == nil && read(record, pool: model) == nil && read(record, count: 6) == nil)
    }

    @Test func whatIsNoNumberOrBeyondTheLimitIsNotKept() {
        var losses = losses()
        for (value, index) in [(Double.nan, 1), (.infinity, 2), (1, -1), (1, 5)] { losses.note(value, at: index) }
        #expect(losses == self.losses())
        #expect(losses[-1] == nil && losses[5] == nil)
        var large = SentenceLosses(baseModel: model, pool: pool, count: 1 << 20)
        large.note(1, at: SentenceLosses.limit)
        #expect(large.missing.count == SentenceLosses.limit && large.record.count == 8 * SentenceLosses.limit + 32)
    }
}
