import BeaconTypes
import Logging
import Primitives
import ServiceInterfaces

extension Slasher {
    /// How many heads a refused piece of evidence is offered to.
    private static let attemptLimit = 64
    /// Pieces of evidence that wait at most.
    private static let waitingLimit = 256

    /// Tells of new evidence and brings it to the pool.
    func report(_ evidence: SlashingEvidence) async {
        figures.found[evidence.kind, default: 0] += 1
        logger.warning("Slashable offence", metadata: ["kind": "\(evidence.kind)", "accused": "\(evidence.accused)"])
        broadcast.send(evidence)
        waiting.append(WaitingEvidence(evidence: evidence, attempts: 0))
        if waiting.count > Self.waitingLimit { waiting.removeFirst() }
        await submitWaiting()
    }

    /// Offers what waits to the pool, which judges it on the head's state.
    func submitWaiting() async {
        let offered = waiting
        waiting = []
        for var item in offered {
            do {
                try await offer(item.evidence)
                figures.submitted += 1
                logger.info(
                    "Slashing evidence submitted", metadata: ["kind": "\(item.evidence.kind)", "accused": "\(item.evidence.accused)"])
            } catch {
                item.attempts += 1
                logger.debug("the pool refuses \(item.evidence.kind) evidence: \(error)")
                if item.attempts < Self.attemptLimit, waiting.count < Self.waitingLimit { waiting.append(item) }
            }
        }
    }

    func offer(_ evidence: SlashingEvidence) async throws {
        switch evidence {
        case .proposer(let slashing): try await operations.submit(slashing)
        case .attester(let slashing): try await operations.submit(slashing)
        case .ackQuorum(let slashing): try await operations.submit(slashing)
        case .ackContradiction(let contradiction): try await operations.submit(contradiction)
        }
    }
}

extension SlashingEvidence {
    /// What kind of offence it proves, as metrics and logs name it.
    var kind: String {
        switch self {
        case .proposer: "double_proposal"
        case .attester(let slashing):
            slashing.attestation1.data.target.epoch == slashing.attestation2.data.target.epoch ? "double_vote" : "surround_vote"
        case .ackQuorum: "ack_quorum"
        case .ackContradiction: "ack_contradiction"
        }
    }

    /// Whom it accuses.
    var accused: [ValidatorIndex] {
        switch self {
        case .proposer(let slashing): return [slashing.signedHeader1.message.proposerIndex]
        case .attester(let slashing):
            let others = Set(slashing.attestation2.attestingIndices)
            return slashing.attestation1.attestingIndices.filter { others.contains($0) }
        case .ackQuorum(let slashing): return [slashing.signedHeader.message.proposerIndex]
        case .ackContradiction(let contradiction): return [contradiction.vote.validatorIndex]
        }
    }
}
