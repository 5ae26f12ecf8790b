import ServiceInterfaces

/// What an answer says of the chain it was made from: `execution_optimistic` and `finalized`.
struct AnswerMarks {
    /// The execution layer has not validated a payload that the answer rests on.
    let isOptimistic: Bool
    let isFinalized: Bool

    init(isOptimistic: Bool, isFinalized: Bool) {
        self.isOptimistic = isOptimistic
        self.isFinalized = isFinalized
    }

    /// An answer from several blocks is as sure as the least sure of them; one from none is not final.
    init(_ blocks: some Collection<ChainBlock>) {
        self.init(
            isOptimistic: blocks.contains(where: \.isOptimistic), isFinalized: !blocks.isEmpty && blocks.allSatisfy(\.isFinalized))
    }
}

extension ChainBlock {
    var marks: AnswerMarks { AnswerMarks(isOptimistic: isOptimistic, isFinalized: isFinalized) }
}

extension ChainState {
    var marks: AnswerMarks { AnswerMarks(isOptimistic: isOptimistic, isFinalized: isFinalized) }
}

extension BeaconDoor {
    /// Whether an answer from the head rests on what the execution layer has not validated.
    func isHeadOptimistic() async -> Bool { await chain.syncStatus().isOptimistic }
}
