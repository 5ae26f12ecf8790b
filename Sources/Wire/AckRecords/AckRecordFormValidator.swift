import AckQuorum
public import BeaconTypes
public import ContentRouting
import Primitives

/// Judges `ack:` records where there is no chain to ask: envelope, vote, and that the key names its update. Whether a validator
/// of the registry signed it is for its reader to check, as every reader does.
public struct AckRecordFormValidator: RecordValidator {
    private let spec: BeaconSpec

    public init(spec: BeaconSpec) { self.spec = spec }

    public func validate(_ record: DHTRecord, now: Double) async throws {
        guard record.expires > now, record.expires <= now + Double(AckRecord.timeToLiveSeconds) + 60 else {
            throw RoutingError.expired
        }
        let vote = try AckRecordEnvelope(value: record.value, spec: spec).vote
        let parts = record.key.bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let update = Array(vote.message.updateId.bytes.prefix(16).bareHex.utf8)
        guard parts.count == 3, Array(parts[1]) == update, parts[2].count == 16 else {
            throw RoutingError.invalidRecord("its key names another update")
        }
    }

    /// Of valid records the one with the newest vote, of one slot's the one that lives longest.
    public func select(_ records: [DHTRecord]) -> Int {
        let order = records.map { record in
            ((try? AckRecordEnvelope(value: record.value, spec: spec).vote)?.message.slot ?? 0, record.expires)
        }
        return order.indices.dropFirst().reduce(0) { best, index in order[index] > order[best] ? index : best }
    }
}
