import Primitives

extension UpdateRecord {
    /// Takes in what happened.
    public mutating func apply(_ event: UpdateEvent) {
        switch event {
        case .announced(let facts): take(facts, ofFile: true)
        case .fetched(let facts):
            take(facts, ofFile: true)
            isFetched = true
        case .refused(let reason):
            standForFile()
            refusal = reason
        case .overtaken(let reason):
            standForFile()
            overtaken = reason
        case .readmitted: (refusal, overtaken, timedOut) = (nil, nil, isFile ? nil : timedOut)
        case .judged(let found): judgement = found
        case .contested(let reason): contested = reason
        case .proposed(let facts, let seats):
            take(facts)
            take(seats)
        case .voted(let count): votes = max(votes, count)
        case .certified(let count, let seats):
            votes = max(votes, count)
            take(seats)
            isCertified = true
        case .outvoted: isOutvoted = true
        case .timedOut(let reason): timedOut = reason
        case .certificateLost(let reason): (isCertified, timedOut) = (false, reason)
        case .named(let facts): take(facts)
        case .included(let place): inclusion = place
        case .finalised: isFinalised = true
        }
    }

    /// What is said of files is said of one by itself, unless a candidate is known under this id.
    private mutating func standForFile() { if inputs.isEmpty, slot == nil { inputs = [id] } }

    private mutating func take(_ facts: FileFacts, ofFile: Bool) {
        if ofFile { standForFile() }
        var known = file ?? FileFacts(bytes: 0)
        known.bytes = max(known.bytes, facts.bytes)
        known.codec = known.codec ?? facts.codec
        known.trainer = known.trainer ?? facts.trainer
        known.parent = known.parent ?? facts.parent
        file = known
        parent = parent ?? facts.parent
    }

    /// A block tells how many seats there are, not what they need.
    private mutating func take(_ told: VoteSeats) {
        if let seats, seats.quorum >= told.quorum { return }
        seats = told
    }

    private mutating func take(_ facts: CandidateFacts) {
        (slot, parent, inputs) = (facts.slot, facts.parent, facts.inputs)
        certifiedAdapter = facts.adapter ?? certifiedAdapter
        if let file = facts.file { take(file, ofFile: false) }
        let known = Dictionary((considered ?? []).map { ($0.id, $0) }) { first, _ in first }
        considered = facts.considered.map { file in
            guard let before = known[file.id] else { return file }
            var merged = file
            merged.trainer = file.trainer ?? before.trainer
            merged.steps = file.steps ?? before.steps
            merged.reason = file.reason ?? before.reason
            return merged
        }
    }
}
