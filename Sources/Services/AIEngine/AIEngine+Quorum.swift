import AckQuorum
import AckRecords
public import BeaconTypes
import ContentRouting
import Logging
import Primitives
public import ServiceInterfaces
import SSZ
import UpdateLedger
import UpdateLife

/// A candidate whose votes are being counted.
struct OpenCandidate: Sendable {
    let candidate: UpdateCandidate
    /// Of the candidate's slot: its author announces it there.
    let committee: AckCommittee
    /// Counts from the reveal block on; `nil` while it is awaited.
    var tally: AckTally?
    /// What came before the reveal block, one of each member.
    var waiting: [ValidatorIndex: SignedUpdateAck] = [:]
    /// What came before it and was not signed by its voter.
    var forged: Set<SignedUpdateAck> = []
    /// Whether it was told on that its author stands by it.
    var isBacked = false
    /// Ends the counting when its time is up.
    var timer: Task<Void, Never>
}

extension AIEngine {
    /// Votes on updates that are not known yet which are kept: of how many updates, and of each.
    private static let earlyUpdates = 64
    private static let earlyVotes = 1024

    /// Begins to count the votes on every candidate that is announced.
    func followCandidates(_ candidates: TopicStream<UpdateCandidate>) async {
        await withDiscardingTaskGroup { group in
            for await candidate in candidates { group.addTask { await self.begin(candidate) } }
        }
    }

    /// Counts every vote as it comes.
    func followVotes(_ votes: TopicStream<SignedUpdateAck>) async {
        for await vote in votes { await take(vote) }
    }

    /// Counts the votes on a candidate from its reveal block on: those that are in the DHT, those that came before it, those to come.
    /// Not twice at once, never on more than the limit, never after its time.
    func begin(_ candidate: UpdateCandidate) async {
        // Nobody's candidate is of a slot that is far ahead: that is no time to count with.
        guard candidate.slot >= 1, candidate.slot <= (node.clock.currentSlot ?? 0) + 1 else { return }
        let id = candidate.updateID(node.spec)
        let deadline = revealDeadline(of: candidate.slot)
        closed = closed.filter { $0.value > node.clock.currentTime }
        guard open.count + opening.count < Self.gatheringLimit, open[id] == nil, closed[id] == nil,
            node.clock.currentTime < deadline, opening.insert(id).inserted
        else { return }
        defer { opening.remove(id) }
        do {
            let committee = try await node.ackCommittee(slot: candidate.slot)
            guard committee.context.members.contains(candidate.author) else { return }
            let stored = await stored(id, committee)
            let waiting = (early.removeValue(forKey: id) ?? []) + stored
            open[id] = OpenCandidate(candidate: candidate, committee: committee, timer: giveUp(id, at: deadline))
            for vote in waiting { await take(vote) }
            await reveal(id)
        } catch is CancellationError {
            return
        } catch {
            logger.error("cannot gather ACKs: \(error)", metadata: ["update": "\(id.shortHex)"])
        }
    }

    /// What the DHT has of a committee's votes on an update; a record that is none is passed over.
    private func stored(_ id: Hash32, _ committee: AckCommittee) async -> [SignedUpdateAck] {
        let keys = committee.context.publicKeys.map { RecordKey(AckRecord.key(updateID: id, publicKey: $0)) }
        let records = (try? await routing.get(keys)) ?? [:]
        return records.values.compactMap { try? AckRecordEnvelope(value: $0.value, spec: node.spec).vote }
    }

    /// Begins to count once the head's chain has the candidate's reveal block.
    func reveal(_ id: Hash32) async {
        guard let entry = open[id], entry.tally == nil, let point = headPoint,
            let slot = RevealRule.slot(
                entry.candidate, committeeSize: entry.committee.context.members.count, learning: point.learning, headSlot: point.slot),
            // A head that is not validated yet names no committee; the next one will.
            let committee = try? await node.ackCommittee(slot: slot), open[id]?.tally == nil
        else { return }
        var tally = AckTally(entry.candidate, slot: slot, context: committee.context)
        for vote in open[id]?.waiting.values ?? [:].values { tally.add(vote, isVerified: true) }
        if let found = foundEarly.removeValue(forKey: id) { tell(ofCopies: tally.open(found.statement), id) }
        open[id]?.tally = tally
        open[id]?.waiting = [:]
        open[id]?.forged = []
        open[id]?.timer.cancel()
        open[id]?.timer = giveUp(id, at: deadline(of: slot))
        await settle(id)
    }

    /// Takes in one vote; what it changes is told on.
    func take(_ vote: SignedUpdateAck) async {
        let id = vote.message.updateId
        guard let entry = open[id] else {
            remember(early: vote)
            return
        }
        if vote.message.isAnnouncement { return await takeAnnouncement(vote, id) }
        if entry.tally == nil { return takeWaiting(vote, id, entry) }
        switch open[id]?.tally?.add(vote) {
        case .counted: await settle(id)
        case .copied: tell(ofCopies: [vote.validatorIndex], id)
        case .known, .foreign, .forged, nil: return
        }
    }

    /// Keeps a vote until the reveal block is there: one of each member, which has signed it.
    private func takeWaiting(_ vote: SignedUpdateAck, _ id: Hash32, _ entry: OpenCandidate) {
        // A later slot's vote takes the place of one on another branch's reveal block.
        let known = entry.waiting[vote.validatorIndex]?.message.slot ?? 0
        guard let seat = entry.committee.context.members.firstIndex(of: vote.validatorIndex), isTimely(vote.message.slot),
            vote.message.slot > known, !entry.forged.contains(vote)
        else { return }
        if entry.committee.context.verify(vote, seat: seat) {
            open[id]?.waiting[vote.validatorIndex] = vote
        } else if entry.forged.count < Self.earlyVotes {
            open[id]?.forged.insert(vote)
        }
    }

    /// Tells on that the author stands by its candidate.
    private func takeAnnouncement(_ vote: SignedUpdateAck, _ id: Hash32) async {
        guard let entry = open[id], !entry.isBacked, vote.message == UpdateAck(announcing: entry.candidate, updateID: id),
            vote.validatorIndex == entry.candidate.author, let seat = entry.committee.context.members.firstIndex(of: vote.validatorIndex),
            entry.committee.context.verify(vote, seat: seat)
        else { return }
        open[id]?.isBacked = true
        await ledger.apply(.proposed(CandidateFacts(entry.candidate), VoteSeats(entry)), to: id)
        backed.send(entry.candidate)
    }

    /// The slasher accuses them once a certificate has opened the losses.
    private func tell(ofCopies members: [ValidatorIndex], _ id: Hash32) {
        for member in members {
            logger.warning(
                "ACK without the losses behind it: it is a copy and does not count",
                metadata: ["update": "\(id.shortHex)", "validator": "\(member)"])
        }
    }

    private func remember(early vote: SignedUpdateAck) {
        let id = vote.message.updateId
        guard closed[id] == nil, isTimely(vote.message.slot) else { return }
        if early[id] == nil, early.count >= Self.earlyUpdates {
            // Whatever waited longest is not known here: nobody announced it. What is being looked up stays.
            let strangers = early.filter { !opening.contains($0.key) }
            if let oldest = strangers.min(by: { ($0.value.first?.message.slot ?? 0) < ($1.value.first?.message.slot ?? 0) })?.key {
                early[oldest] = nil
            }
        }
        if early[id, default: []].count < Self.earlyVotes { early[id, default: []].append(vote) }
    }

    /// Whether votes of `slot` may still come, or come already; a slot ahead is for clocks that differ.
    private func isTimely(_ slot: Slot) -> Bool {
        let current = node.clock.currentSlot ?? 0
        return slot >= 1 && slot <= current + 1 && (slot >= current || current - slot <= node.spec.ackWindowSlots + 1)
    }

    /// Tells what the votes on a candidate come to by now.
    private func settle(_ id: Hash32) async {
        guard let entry = open[id], let tally = entry.tally else { return }
        let seats = VoteSeats(entry)
        let outcome = tally.outcome
        // Its announcement was missed: too late to judge it, not to know it.
        if tally.hasAuthor, !entry.isBacked {
            open[id]?.isBacked = true
            await ledger.apply(.proposed(CandidateFacts(entry.candidate), seats), to: id)
        }
        if case .pending = outcome {} else { close(id, until: deadline(of: tally.slot)) }
        switch outcome {
        case .certificate(let certificate): await accept(certificate, id: id, seats: seats)
        case .rejected:
            await ledger.apply(.outvoted, to: id)
            logger.warning("ACK quorum of INVALID votes", metadata: ["update": "\(id.shortHex)"])
        case .pending(let counted, _):
            if counted > 0 { await ledger.apply(.voted(counted), to: id) }
        }
    }

    private func accept(_ certificate: AckCertificate, id: Hash32, seats: VoteSeats) async {
        // Another node gathered the votes first, and a block has brought them.
        if let known = await ledger.record(of: id), known.isInChain { return }
        do {
            try await node.submitAckCertificate(certificate)
        } catch {
            await ledger.apply(.timedOut("\(error)"), to: id)
            // Another node's update came first: that is how it goes among many.
            let isLate = certificate.candidate.parentAdapterRoot != headRoot
            logger.log(level: isLate ? .notice : .error, "cannot gather ACKs: \(error)", metadata: ["update": "\(id.shortHex)"])
            return
        }
        remember(handedOver: certificate, id)
        figures.certificates += 1
        let votes = certificate.committeeBits.setCount
        await ledger.apply(.certified(votes: votes, seats), to: id)
        logger.info(
            "ACK quorum reached",
            metadata: [
                "update": "\(id.shortHex)", "acks": "\(votes)/\(seats.members)", "quorum": "\(seats.quorum)",
                "slot": "\(certificate.ack.slot)",
            ])
    }

    /// Ends the counting for want of votes.
    private func giveUp(_ id: Hash32) async {
        // Votes that were published and not heard of.
        if let entry = open[id], let tally = entry.tally {
            for vote in await stored(id, entry.committee) where vote.message.slot == tally.slot { await take(vote) }
        }
        guard let entry = open[id] else { return }
        close(id, until: revealDeadline(of: entry.candidate.slot))
        figures.timeouts += 1
        guard entry.tally != nil else {
            await ledger.apply(.timedOut("no block revealed its slice within \(Constant.maxRevealDistance) slots"), to: id)
            logger.warning("No reveal block for a candidate; the block stays empty", metadata: ["update": "\(id.shortHex)"])
            return
        }
        await ledger.apply(.timedOut("no ACK quorum within \(Constant.ackTimeoutSeconds) s"), to: id)
        logger.warning(
            "No ACK quorum within \(Constant.ackTimeoutSeconds) s; the block stays empty", metadata: ["update": "\(id.shortHex)"])
    }

    private func close(_ id: Hash32, until time: Double) {
        open.removeValue(forKey: id)?.timer.cancel()
        closed[id] = time
    }

    private func giveUp(_ id: Hash32, at time: Double) -> Task<Void, Never> {
        let fraction = (time - node.clock.start(of: 0)) / node.clock.secondsPerSlot
        return Task { [clock = node.clock] in
            try? await clock.sleep(until: 0, fraction: fraction)
            if !Task.isCancelled { await self.giveUp(id) }
        }
    }

    /// Until when a candidate's reveal block may come, with a slot for the clocks and the way.
    private func revealDeadline(of slot: Slot) -> Double {
        node.clock.start(of: slot) + Double(Constant.maxRevealDistance + 2) * node.clock.secondsPerSlot
    }

    /// Until when votes count whose reveal block is of `slot`: 30 s, and a slot for the clocks and the way.
    private func deadline(of slot: Slot) -> Double {
        node.clock.start(of: slot) + Self.ackTimeout / .seconds(1) + node.clock.secondsPerSlot
    }

    /// Stops every timer.
    func stopCounting() {
        for entry in open.values { entry.timer.cancel() }
        open = [:]
        backed.finish()
    }
}

extension AIEngine: CandidateFeed {
    /// Those whose votes are being counted come first: who was away for a moment may still vote on them.
    public func backedCandidates() -> AsyncStream<UpdateCandidate> {
        backed.subscribe(after: open.values.filter { $0.isBacked }.map { $0.candidate })
    }

    public func judged(_ statement: AckStatement, of candidate: UpdateCandidate) async {
        await judged(statement)
        // An engine that was started anew in between has not heard of it.
        await begin(candidate)
    }

    func judged(_ statement: AckStatement) async {
        let id = statement.ack.updateId
        guard let entry = open[id], let tally = entry.tally else {
            let now = node.clock.currentTime
            foundEarly = foundEarly.filter { $0.value.until > now }
            if closed[id] == nil, foundEarly.count < Self.gatheringLimit {
                foundEarly[id] = (statement, deadline(of: statement.ack.slot))
            }
            return
        }
        guard tally.statement == nil else { return }
        if let copies = open[id]?.tally?.open(statement) { tell(ofCopies: copies, id) }
        await settle(id)
    }
}

extension VoteSeats {
    fileprivate init(_ entry: OpenCandidate) {
        let context = entry.committee.context
        self.init(members: context.members.count, quorum: Int(clamping: context.quorum))
    }
}

extension CandidateFacts {
    /// What a block's certificate says.
    init(_ certificate: AckCertificate) {
        self.init(certificate.candidate)
        if certificate.ack.verdict == UpdateAckVerdict.valid.rawValue { adapter = certificate.ack.adapterRoot }
    }

    /// What the candidate itself says.
    init(_ candidate: UpdateCandidate) {
        let selected = Set(candidate.selectedInputs.map(\.fileHash))
        self.init(
            slot: candidate.slot, parent: candidate.parentAdapterRoot, inputs: candidate.selectedInputs.map(\.fileHash),
            considered: candidate.inputs.map { ConsideredFile(id: $0.fileHash, isSelected: selected.contains($0.fileHash)) })
    }
}
