import AckQuorum
import BeaconTypes
import Logging
import Primitives
import ServiceInterfaces

/// Votes on updates against a beacon node in another process.
///
/// The node runs the loss gate, and the validators trust its verdict as they trust its attestation data. What can be seen
/// from here is checked: the slot, its committee and anchor, and that the message keeps the rules of its verdict.
extension ValidatorClient {
    /// How long the node may hold back an answer when it has no request.
    private static let requestPatience: Duration = .seconds(5)
    /// Between two questions when the first was answered at once and empty, or failed.
    private static let requestPause: Duration = .milliseconds(50)
    private static let failurePause: Duration = .seconds(1)

    /// Offers the validators' votes to the node and answers its requests.
    func runAckRequests(_ voting: AckVoting) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepSubscribed(to: voting.ackRequests) }
            group.addTask { await self.answerRequests(of: voting) }
        }
    }

    /// Names the validators to the node at the start of each epoch: it forgets them after the next.
    private func keepSubscribed(to ackRequests: any AckRequestService) async {
        while !Task.isCancelled {
            await subscribe(to: ackRequests)
            let next = (epoch(of: node.clock.currentSlot ?? 0) + 1) * node.spec.preset.slotsPerEpoch
            do { try await node.clock.sleep(until: next) } catch { return }
        }
    }

    func subscribe(to ackRequests: any AckRequestService) async {
        do {
            let validators = try await signingIndices()
            if !validators.isEmpty { try await ackRequests.subscribe(validators) }
        } catch {
            logger.debug("the beacon node did not take the validators for ACK votes: \(error)")
        }
    }

    private func answerRequests(of voting: AckVoting) async {
        let ackRequests = voting.ackRequests
        var last: UInt64 = 0
        var isServed = true
        while !Task.isCancelled {
            do {
                let requests = try await ackRequests.requests(after: last, patience: Self.requestPatience)
                isServed = true
                if let newest = requests.last { last = newest.id } else { try await Task.sleep(for: Self.requestPause) }
                let votes = await answer(requests, voting.committees)
                if !votes.isEmpty { try await ackRequests.submit(votes) }
            } catch is CancellationError {
                return
            } catch {
                if isServed { logger.warning("No ACK votes while the beacon node does not ask for them: \(error)") }
                isServed = false
                try? await Task.sleep(for: Self.failurePause)
            }
        }
    }

    /// The votes of our validators that may be given; a request that is refused is answered by silence.
    func answer(_ requests: [AckRequest], _ known: any AckCommittees) async -> [SignedUpdateAck] {
        let ours = Set((try? await signingIndices()) ?? [])
        var committees: [Slot: AckCommittee] = [:]
        var votes: [SignedUpdateAck] = []
        for request in requests where ours.contains(request.validator) {
            let ack = request.statement.ack
            do {
                try checkTime(of: ack)
                let committee: AckCommittee
                if let found = committees[ack.slot] { committee = found } else { committee = try await known.ackCommittee(slot: ack.slot) }
                committees[ack.slot] = committee
                try check(ack, for: request.validator, in: committee)
                votes.append(try await sign(request.statement, validator: request.validator))
                logger.info(
                    "ACK",
                    metadata: [
                        "update": "\(ack.updateId.shortHex)", "validator": "\(request.validator)", "slot": "\(ack.slot)",
                        "verdict": "\(ack.verdictName)",
                    ])
            } catch {
                logger.warning(
                    "validator \(request.validator) does not vote: \(error)", metadata: ["update": "\(ack.updateId.shortHex)"])
            }
        }
        return votes
    }

    /// Refuses votes that no certificate could hold any more, and those of later slots than the next.
    private func checkTime(of ack: UpdateAck) throws(ValidatorClientError) {
        let current = node.clock.currentSlot ?? 0
        guard ack.slot >= 1, ack.slot <= current + 1, current <= ack.slot + node.spec.ackWindowSlots else {
            throw .wrongAnswer("it asks for an ACK vote of slot \(ack.slot) in slot \(current)")
        }
    }

    /// Checks what a vote says against the committee of its slot and the rules of its verdict (docs/protocol.md#process_ack_certificate).
    private func check(_ ack: UpdateAck, for validator: ValidatorIndex, in committee: AckCommittee) throws(ValidatorClientError) {
        let context = committee.context
        func require(_ holds: Bool, _ fault: String) throws(ValidatorClientError) {
            guard holds else { throw .wrongAnswer("it asks for an ACK vote \(fault)") }
        }
        try require(committee.slot == ack.slot, "of slot \(ack.slot) and names the committee of slot \(committee.slot)")
        if !ack.isAnnouncement {
            try require(
                context.anchorRoot == ack.anchorRoot && context.sliceSeed(ack.updateId) == ack.sliceSeed,
                "on another chain: its anchor or seed is not that of the block of slot \(ack.slot)")
        }
        try require(context.members.contains(validator), "of validator \(validator), who has no seat in slot \(ack.slot)")
        try require(context.members.contains(ack.author), "on a candidate of \(ack.author), who has no seat in slot \(ack.slot)")
        try require(!ack.updateId.isZero, "on no update")
        if ack.isAnnouncement {
            try require(validator == ack.author && ack.keepsRuleOfAnnouncement, "that announces another's candidate, or says more")
            return
        }
        switch UpdateAckVerdict(rawValue: ack.verdict) {
        case .valid:
            try require(!ack.adapterRoot.isZero, "that says VALID and names no adapter")
            try require(
                ack.passesRules(committee.learning), "that says VALID although its losses do not pass the gate, the slice or the budget")
        case .invalid:
            try require(validator != ack.author, "that says INVALID on the validator's own candidate")
            try require(
                ack.keepsRuleOfInvalid(committee.learning), "that says INVALID with losses that pass the gate, or are of no adapter")
        case nil: try require(false, "with the verdict \(ack.verdict), which does not exist")
        }
    }
}
