import Primitives
public import UpdateLife

extension UpdateSummary {
    /// An update as the doors show it.
    public init(_ record: UpdateRecord) {
        let (status, reason) = Self.status(record)
        let inputs = record.isFile || record.takesFiles ? record.inputs.map(\.hex) : []
        self.init(updateID: record.id.hex, inputs: inputs, status: status, bytes: record.file?.bytes ?? 0)
        self.reason = reason
        trainer = record.file?.trainer
        codec = record.file?.codec
        considered = record.considered.map { $0.map(InputSummary.init) }
        slot = record.slot
        parentAdapterRoot = record.parent?.hex
        acks = record.votes
        committee = record.seats?.members ?? 0
        quorum = record.seats?.quorum ?? 0
        if case .refused(let refused) = record.stage {
            refusal = refused.kind
            // JSON has no NaN; the reason names it.
            lossBefore = refused.lossBefore.map { Float(bitPattern: $0) }.flatMap { $0.isFinite ? $0 : nil }
            lossAfter = refused.lossAfter.map { Float(bitPattern: $0) }.flatMap { $0.isFinite ? $0 : nil }
        }
        if let judgement = record.judgement {
            lossBefore = Float(bitPattern: judgement.lossBefore)
            lossAfter = Float(bitPattern: judgement.lossAfter)
            lossBeforeBits = judgement.lossBefore
            lossAfterBits = judgement.lossAfter
            adapterRoot = judgement.adapter.hex
            gateSeconds = judgement.seconds
            if let slice = judgement.slice { take(slice) }
        }
        if let inclusion = record.inclusion {
            blockRoot = inclusion.block.hex
            blockSlot = inclusion.slot
            executionBlockHash = inclusion.executionBlock.hex
        }
    }

    private static func status(_ record: UpdateRecord) -> (UpdateStatus, String?) {
        let contested = record.contested.map { "voted INVALID here: \($0)" }
        return switch record.stage {
        case .announced, .fetched, .judged, .voted: (.pending, contested)
        case .certified: (.valid, contested)
        case .included: (.included, contested)
        case .finalised: (.finalized, contested)
        case .refused(let refused): (refused.kind == .gate ? .invalid : .rejected, refused.description)
        case .outvoted: (.invalid, "two thirds of the committee found it INVALID")
        case .expired(let reason): (.expired, reason)
        }
    }
}

extension InputSummary {
    fileprivate init(_ file: ConsideredFile) {
        self.init(file: file.id.hex, trainer: file.trainer, steps: file.steps, selected: file.isSelected, reason: file.reason)
    }
}

extension UpdateSummary {
    private mutating func take(_ slice: SliceJudgement) {
        func finite(_ bits: UInt32) -> Float? { Float(bitPattern: bits).isFinite ? Float(bitPattern: bits) : nil }
        sliceSeed = slice.seed.hex
        (taskBefore, taskAfter) = (finite(slice.taskBefore), finite(slice.taskAfter))
        (generalBase, generalParent, generalAfter) = (
            finite(slice.generalBase), finite(slice.generalParent), finite(slice.generalAfter)
        )
    }
}
