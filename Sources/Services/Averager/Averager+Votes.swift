import AckQuorum
import AckRecords
import Aggregation
import BeaconTypes
import ContentRouting
import Logging
import LoRA
import Primitives
import SSZ
import ServiceInterfaces
import UpdateCodec
import UpdateLife

extension Averager {
    /// Voters asked to be the author before the candidate is put off: the slot goes on meanwhile.
    private static let authorLimit = 3
    /// Others have to hold a candidate before a block reveals its slice: where less than half of the slot or less than these seconds are left
    /// of it, the candidate is dated to the next.
    private static let spreadSeconds = 3.0

    /// Writes the candidate's manifest, keeps its adapter, waits for its reveal block, measures the slice, and publishes the ACKs of this
    /// node's validators.
    ///
    /// The first validator that signs the announcement is the author; nothing is announced before, since others wait for
    /// it. In a slot whose committee has no validator of this node the candidate waits for the next.
    func vote(on judged: JudgedCandidate) async throws {
        let (committee, voters) = try await nextCommitteeWithVoters(on: judged.parent.root)
        guard !voters.isEmpty else { return }
        let (candidate, announcement) = try await self.announcement(of: judged, committee: committee, voters: voters)
        let id = announcement.message.updateId
        guard draws.enter(candidate, id, at: node.clock.currentSlot ?? 0) else { return await giveUp(judged, candidate) }
        // The journal first: an adapter that it does not name may be forgotten.
        await updates.apply(.proposed(facts(of: judged, slot: candidate.slot), VoteSeats(committee.context)), to: id)
        await updates.apply(.judged(judged.judgement()), to: id)
        try await adapters.keep(judged.result)
        setLive(id, candidate)
        try await announce(candidate, announcement, committee: committee)
        guard let revealed = try await reveal(of: candidate, committeeSize: committee.context.members.count)?.committee else {
            // Its files had no draw: they wait for the next candidate.
            live[id] = nil
            logger.notice("no block reveals a candidate's slice", metadata: ["update": "\(id.shortHex)", "slot": "\(candidate.slot)"])
            await putBack(judged)
            return
        }
        guard draws.mayDraw(candidate, id) else {
            live[id] = nil
            return await wait(for: candidate, id, judged)
        }
        draws.reveal(candidate, id)
        setLive(id, candidate, revealed: revealed.slot)
        let (statement, seconds) = try await self.statement(on: candidate, id: id, judged.measured, revealed: revealed)
        guard statement.ack.verdict == UpdateAckVerdict.valid.rawValue else {
            live[id] = nil
            draws.fail(candidate)
            let reason = RefusedUpdate(.slice, SliceFault(statement.ack, revealed.learning).description)
            await updates.apply(.contested(reason.description), to: id)
            for update in judged.taken { await refuse(reason, update.id) }
            return
        }
        await updates.apply(.judged(judged.judgement(statement.ack, sliceSeconds: seconds)), to: id)
        await candidates.judged(statement, of: candidate)
        // The author first: others count its vote.
        await publish(statement, voters: [candidate.author], committee: revealed)
        await publish(statement, voters: voters.filter { $0 != candidate.author }, committee: revealed)
    }

    /// Hands the files of a candidate back that gets no slice drawn, unless another candidate of the same files decides on them.
    private func giveUp(_ judged: JudgedCandidate, _ candidate: UpdateCandidate) async {
        guard !draws.isAwaited(candidate) else { return await wait(for: candidate, candidate.updateID(node.spec), judged) }
        for update in judged.taken {
            if draws.hasFailed(candidate) {
                await refuse(RefusedUpdate(.slice, "a slice refused it on this adapter, and there is no second draw"), update.id)
            } else {
                await pass(over: update.id, Overtaken(reason: "another candidate of the same files was voted on"))
            }
        }
    }

    /// Another node's candidate of the same files decides on them; they are here again if it comes to nothing.
    private func wait(for candidate: UpdateCandidate, _ id: Hash32, _ judged: JudgedCandidate) async {
        logger.info(
            "Another node's candidate of the same files is voted on", metadata: ["update": "\(id.shortHex)", "slot": "\(candidate.slot)"])
        await putBack(judged)
    }

    private func putBack(_ judged: JudgedCandidate) async {
        if window.parent == judged.parent.root { return window.putBack(judged.taken, now: node.clock.currentTime) }
        for update in judged.taken { await pass(over: update.id, Overtaken(reason: "another update changed the adapter first")) }
    }

    /// Tells the network of a candidate, and that its author stands by it: the DHT too, for those who look it up later.
    private func announce(_ candidate: UpdateCandidate, _ word: SignedUpdateAck, committee: AckCommittee) async throws {
        if let seat = committee.context.members.firstIndex(of: word.validatorIndex) {
            let record = try AckRecordEnvelope.record(
                word, publicKey: committee.context.publicKeys[seat], peerKey: peerKey, now: node.clock.currentTime, spec: node.spec)
            try await routing.put(record)
        }
        try await routing.announce(word, spec: node.spec)
        try await routing.announce(candidate, spec: node.spec)
    }

    /// The candidate of the first voter that announces it, and its word for it. A validator client in another process may be silent;
    /// then the next voter is the author, of a candidate with another id.
    private func announcement(
        of judged: JudgedCandidate, committee: AckCommittee, voters: [ValidatorIndex]
    ) async throws -> (UpdateCandidate, SignedUpdateAck) {
        var failure: (any Error)?
        for author in voters.prefix(Self.authorLimit) {
            let candidate = candidate(of: judged, author: author, committee: committee)
            let ack = UpdateAck(announcing: candidate, updateID: candidate.updateID(node.spec))
            do {
                return (candidate, try await signer.sign(AckStatement(withoutGate: ack), validator: author))
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.warning("validator \(author) does not sign a candidate: \(error)", metadata: ["update": "\(ack.updateId.shortHex)"])
                failure = error
            }
        }
        throw failure ?? CancellationError()
    }

    private func candidate(of judged: JudgedCandidate, author: ValidatorIndex, committee: AckCommittee) -> UpdateCandidate {
        UpdateCandidate(
            baseModelRoot: committee.learning.baseModelRoot, parentAdapterRoot: committee.learning.adapterRoot, slot: committee.slot,
            author: author,
            inputs: judged.candidate.inputs.map { input in
                let address = judged.updates.first { $0.id == input.id }?.metadata.trainer ?? .zero
                return CandidateInput(fileHash: input.id, rewardAddress: address)
            },
            selected: Bitlist(judged.candidate.selected))
    }

    /// Counts a candidate as being voted on until its time is up.
    ///
    /// - Parameter revealed: the slot of its reveal block; `nil` while it is awaited.
    func setLive(_ id: Hash32, _ candidate: UpdateCandidate, revealed: Slot? = nil) {
        let clock = node.clock
        let until =
            revealed.map { clock.start(of: $0) + setting.ackTimeout + clock.secondsPerSlot }
            ?? clock.start(of: candidate.slot) + Double(Constant.maxRevealDistance + 2) * clock.secondsPerSlot
        live[id] = (candidate.parentAdapterRoot, until)
    }

    /// The first slot from now on in whose committee this node has validators; where this one is about to end, the next counts.
    private func nextCommitteeWithVoters(on root: Hash32) async throws -> (AckCommittee, [ValidatorIndex]) {
        while true {
            let now = max(1, node.clock.currentSlot ?? 0)
            let isLate = node.clock.secondsUntil(now + 1) < max(Self.spreadSeconds, node.clock.secondsPerSlot / 2)
            let committee = try await node.ackCommittee(slot: isLate ? now + 1 : now)
            guard committee.learning.adapterRoot == root else {
                throw Overtaken(reason: "another update changed the adapter while the gate ran")
            }
            let voters = await signer.signers(among: committee.context.members)
            if !voters.isEmpty { return (committee, voters) }
            try await node.clock.sleep(until: committee.slot + 1)
            try Task.checkCancellation()
        }
    }

    /// Has the voters sign, all at once, and publishes each vote as it comes: one that is silent or refuses keeps back no other.
    func publish(_ statement: AckStatement, voters: [ValidatorIndex], committee: AckCommittee) async {
        await withDiscardingTaskGroup { group in
            for voter in voters {
                group.addTask { await self.signAndPublish(statement, voter: voter, committee: committee) }
            }
        }
    }

    private func signAndPublish(_ statement: AckStatement, voter: ValidatorIndex, committee: AckCommittee) async {
        do {
            try await publish(signer.sign(statement, validator: voter), committee: committee)
        } catch is CancellationError {
            return
        } catch {
            logger.warning(
                "validator \(voter) does not vote: \(error)", metadata: ["update": "\(statement.ack.updateId.shortHex)"])
        }
    }

    /// Stores and announces one vote of a member.
    private func publish(_ vote: SignedUpdateAck, committee: AckCommittee) async throws {
        guard let seat = committee.context.members.firstIndex(of: vote.validatorIndex) else { return }
        let record = try AckRecordEnvelope.record(
            vote, publicKey: committee.context.publicKeys[seat], peerKey: peerKey, now: node.clock.currentTime, spec: node.spec)
        try await routing.put(record)
        try await routing.announce(vote, spec: node.spec)
        logger.info(
            "ACK",
            metadata: [
                "update": "\(vote.message.updateId.shortHex)", "validator": "\(vote.validatorIndex)", "slot": "\(vote.message.slot)",
                "verdict": "\(vote.message.verdictName)",
            ])
    }

    private func facts(of judged: JudgedCandidate, slot: Slot) -> CandidateFacts {
        let taken = judged.taken
        let considered = zip(judged.candidate.inputs, judged.candidate.selected).map { input, isTaken in
            ConsideredFile(
                id: input.id, trainer: judged.updates.first { $0.id == input.id }?.trainer, steps: input.steps,
                isSelected: isTaken, reason: judged.refusals[input.id]?.description)
        }
        return CandidateFacts(
            slot: slot, parent: judged.parent.root, inputs: taken.map(\.id), considered: considered,
            file: FileFacts(
                bytes: taken.reduce(0) { $0 + $1.bytes }, codec: Set(taken.map(\.codec.rawValue)).sorted().joined(separator: ", "),
                trainer: taken.count == 1 ? taken.first?.trainer : nil, parent: judged.parent.root))
    }
}

extension VoteSeats {
    init(_ context: AckContext) { self.init(members: context.members.count, quorum: Int(clamping: context.quorum)) }
}
