import AckQuorum
public import BeaconTypes
import Logging
import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension AckVoteService: AckRequestService {
    public func subscribe(_ validators: [ValidatorIndex]) async throws {
        try Self.checkLength(validators.count)
        guard let state = try await chain.state(.head)?.state else {
            throw SubmissionRefused("the node has no head state yet", rule: "no-head", fault: .node)
        }
        let perEpoch = chain.spec.preset.slotsPerEpoch
        let epoch = (chain.clock.currentSlot ?? 0) / perEpoch
        let known = subscribers.count
        defer {
            if subscribers.count > known {
                logger.info("ACK votes of \(subscribers.count) validators come from other processes")
            }
        }
        try SubmissionRefused.collect(validators) { validator in
            guard let index = Int(exactly: validator), index < state.validators.count,
                isActiveValidator(state.validators[index], epoch)
            else { throw AckVoteServiceError.notActive(validator, epoch: epoch) }
            subscribers[validator] = (epoch + 2) * perEpoch
        }
    }

    public func requests(after id: UInt64, patience: Duration) async throws -> [AckRequest] {
        // What this run has not reached yet was counted by an earlier one.
        let last = id > lastID ? 0 : id
        let found = requests(after: last)
        guard found.isEmpty, patience > .zero else { return found }
        guard readers.count < limits.readers else {
            throw SubmissionRefused(
                "\(readers.count) validator clients wait for requests already; ask again later", rule: "busy", fault: .circumstance)
        }
        let (news, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        readerCount += 1
        let reader = readerCount
        readers[reader] = continuation
        defer { readers[reader] = nil }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in news { return } }
            group.addTask { try? await Task.sleep(for: patience) }
            _ = await group.next()
            group.cancelAll()
        }
        return requests(after: last)
    }

    private func requests(after id: UInt64) -> [AckRequest] {
        Array(waiting.values.map(\.request).filter { $0.id > id }.sorted { $0.id < $1.id }.prefix(limits.answer))
    }

    public func submit(_ votes: [SignedUpdateAck]) async throws {
        try Self.checkLength(votes.count)
        try SubmissionRefused.collect(votes, take)
    }

    /// Hands a vote to whoever waits for it.
    private func take(_ vote: SignedUpdateAck) throws(AckVoteServiceError) {
        let asked = waiting.values.filter { $0.request.validator == vote.validatorIndex && $0.request.statement.ack == vote.message }
        guard let first = asked.first else { throw .notAsked(vote.validatorIndex) }
        guard first.context.verify(vote, seat: first.seat),
            first.context.opens(vote, seat: first.seat, lossesRoot: first.request.statement.lossesRoot)
        else { throw .wrongSignature(vote.validatorIndex) }
        silent.remove(vote.validatorIndex)
        for entry in asked {
            waiting[entry.request.id] = nil
            entry.expiry.cancel()
            entry.answer.resume(returning: vote)
        }
    }

    private static func checkLength(_ count: Int) throws {
        guard count <= listLimit else { throw SubmissionRefused("a list of \(count); one has at most \(listLimit) entries") }
    }
}
