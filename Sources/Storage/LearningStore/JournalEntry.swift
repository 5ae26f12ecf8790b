import Foundation
import Primitives
import UpdateLife

/// A record as the journal keeps it: JSON with a version.
struct JournalEntry: Codable {
    static let newest = 2

    let version: Int
    let record: UpdateRecord

    /// Reads an entry of this form or of the first one; `nil` where it is neither.
    static func record(_ bytes: [UInt8]) -> UpdateRecord? {
        let data = Data(bytes)
        if let entry = try? JSONDecoder().decode(JournalEntry.self, from: data) { return entry.record }
        return (try? JSONDecoder().decode(FirstJournalEntry.self, from: data)).flatMap(\.record)
    }
}

/// The first form of an entry: what `GET /updates` showed.
struct FirstJournalEntry: Decodable {
    struct Input: Decodable {
        let file: String
        let trainer: String?
        let steps: UInt64?
        let selected: Bool
        let reason: String?
    }

    let updateID: String
    let inputs: [String]
    let status: String
    let reason: String?
    let refusal: UpdateRefusal?
    let trainer: String?
    let considered: [Input]?
    let slot: UInt64?
    let lossBefore: Float?
    let lossAfter: Float?
    let lossBeforeBits: UInt32?
    let lossAfterBits: UInt32?
    let acks: Int
    let committee: Int
    let quorum: Int
    let bytes: Int
    let codec: String?
    let blockRoot: String?
    let blockSlot: UInt64?
    let executionBlockHash: String?
    let adapterRoot: String?
    let parentAdapterRoot: String?
    let gateSeconds: Double?

    var record: UpdateRecord? {
        guard let id = try? Hash32(hex: updateID) else { return nil }
        func hash(_ text: String?) -> Hash32? { text.flatMap { try? Hash32(hex: $0) } }
        var judgement: Judgement?
        if let before = lossBeforeBits, let after = lossAfterBits, let adapter = hash(adapterRoot) {
            judgement = Judgement(lossBefore: before, lossAfter: after, adapter: adapter, seconds: gateSeconds ?? 0)
        }
        var inclusion: Inclusion?
        if let block = hash(blockRoot), let blockSlot {
            inclusion = Inclusion(block: block, slot: blockSlot, executionBlock: hash(executionBlockHash) ?? .zero)
        }
        return UpdateRecord(
            old: id, inputs: inputs.compactMap(hash),
            considered: considered?.compactMap { input in
                hash(input.file).map {
                    ConsideredFile(id: $0, trainer: input.trainer, steps: input.steps, isSelected: input.selected, reason: input.reason)
                }
            },
            file: FileFacts(bytes: bytes, codec: codec, trainer: trainer, parent: hash(parentAdapterRoot)), slot: slot,
            parent: hash(parentAdapterRoot), judgement: judgement, votes: acks,
            seats: committee > 0 ? VoteSeats(members: committee, quorum: quorum) : nil, inclusion: inclusion, status: oldStatus)
    }

    private var oldStatus: UpdateRecord.OldStatus {
        switch status {
        case "rejected", "invalid":
            if let refusal {
                .refused(RefusedUpdate(refusal, reason ?? "", lossBefore: lossBefore, lossAfter: lossAfter))
            } else {
                .outvoted
            }
        case "valid": .certified
        case "included": .included
        case "finalized": .finalised
        case "expired": .expired(reason ?? "")
        default: .pending(reason)
        }
    }
}
