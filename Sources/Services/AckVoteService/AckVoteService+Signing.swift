import AckQuorum
public import BeaconTypes
import Logging
import Primitives
public import ServiceInterfaces

extension AckVoteService: AckSigner {
    /// This process's validators, then those of others that answered last time, then the rest: the first one is the author of
    /// the node's candidates.
    public func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex] {
        let own = await local.signers(among: members)
        forgetExpired()
        let known = Set(own)
        let remote = members.filter { subscribers[$0] != nil && !known.contains($0) }
        return own + remote.filter { !silent.contains($0) } + remote.filter(silent.contains)
    }

    /// - Throws: `AckVoteServiceError`, or what the local signer throws.
    public func sign(_ statement: AckStatement, validator: ValidatorIndex) async throws -> SignedUpdateAck {
        if await !local.signers(among: [validator]).isEmpty { return try await local.sign(statement, validator: validator) }
        let ack = statement.ack
        guard isSubscribed(validator) else { throw AckVoteServiceError.notSubscribed(validator) }
        let context = try await chain.ackCommittee(slot: ack.slot).context
        guard ack.isAnnouncement || context.anchorRoot == ack.anchorRoot, let seat = context.members.firstIndex(of: validator) else {
            throw AckVoteServiceError.notAMember(validator, slot: ack.slot)
        }
        guard waiting.count < limits.requests else { throw AckVoteServiceError.tooManyRequests(limit: limits.requests) }
        lastID += 1
        let request = AckRequest(id: lastID, validator: validator, statement: statement)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                let expiry = Task {
                    try await Task.sleep(for: patience)
                    giveUp(request.id, AckVoteServiceError.noAnswer(validator, after: patience))
                }
                waiting[request.id] = WaitingVote(request: request, context: context, seat: seat, answer: answer, expiry: expiry)
                for reader in readers.values { reader.yield() }
            }
        } onCancel: {
            Task { await self.giveUp(request.id, CancellationError()) }
        }
    }

    /// Ends the wait for a vote, if it has not come.
    private func giveUp(_ id: UInt64, _ reason: any Error) {
        guard let vote = waiting.removeValue(forKey: id) else { return }
        vote.expiry.cancel()
        if reason is AckVoteServiceError { silent.insert(vote.request.validator) }
        vote.answer.resume(throwing: reason)
    }
}
