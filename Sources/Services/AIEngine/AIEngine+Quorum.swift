import SSZ
import Logging
import AckQuorum
import BeaconTypes
import ContentRouting
import Primitives
import ServiceInterfaces

extension AIEngine {
    /// Gathers the votes on every candidate that is announced.
    func followCandidates() async {
        await withDiscardingTaskGroup { group in
            for await candidate in await routing.candidates() {
                guard begin(candidate) else { continue }
                group.addTask { await self.gather(candidate) }
            }
        }
    }

    /// Whether to gather votes on a candidate: not twice at once, and never on more than the limit.
    private func begin(_ candidate: UpdateCandidate) -> Bool {
        guard gathering.count < Self.gatheringLimit else { return false }
        return gathering.insert(candidate.updateID(node.spec)).inserted
    }

    /// Reads a candidate's ACK records until they make a quorum, reject it, or the time is up.
    private func gather(_ candidate: UpdateCandidate) async {
        let id = candidate.updateID(node.spec)
        defer { gathering.remove(id) }
        let deadline = ContinuousClock.now + Self.ackTimeout
        do {
            let committee = try await node.ackCommittee(slot: candidate.slot)
            while ContinuousClock.now < deadline {
                let votes = try await votes(on: id)
                switch committee.context.tally(candidate, votes: votes) {
                case .certificate(let certificate):
                    try await accept(certificate, id: id, committee: committee)
                    return
                case .rejected:
                    amend(id) {
                        $0.status = .invalid; $0.reason = "two thirds of the committee found it INVALID"
                    }
                    logger.warning("ACK quorum of INVALID votes", metadata: ["update": "\(id.shortHex)"])
                    return
                case .pending(let counted, _):
                    amend(id) { $0.acks = counted }
                }
                try await Task.sleep(for: .milliseconds(200))
            }
            figures.timeouts += 1
            amend(id) {
                $0.status = .expired; $0.reason = "no ACK quorum within 30 s"
            }
            logger.warning("No ACK quorum within 30 s; the block stays empty", metadata: ["update": "\(id.shortHex)"])
        } catch is CancellationError {
            return
        } catch {
            amend(id) {
                $0.status = .rejected; $0.reason = "\(error)"
            }
            logger.error("cannot gather ACKs: \(error)", metadata: ["update": "\(id.shortHex)"])
        }
    }

    /// The votes in the DHT's records of an update. A record that is none is passed over.
    private func votes(on id: Hash32) async throws -> [SignedUpdateAck] {
        try await routing.records(prefix: "ack:\(id.bytes.prefix(16).bareHex):").compactMap { record in
            try? AckRecordEnvelope(value: record.value, spec: node.spec).vote
        }
    }

    private func accept(_ certificate: AckCertificate, id: Hash32, committee: AckCommittee) async throws {
        try await node.submitAckCertificate(certificate)
        figures.certificates += 1
        let members = committee.context.members.count
        amend(id) { summary in
            summary.status = .valid
            summary.acks = certificate.committeeBits.setCount
            summary.committee = members
            summary.quorum = Int(committee.context.quorum)
        }
        logger.info(
            "ACK quorum reached",
            metadata: [
                "update": "\(id.shortHex)", "acks": "\(certificate.committeeBits.setCount)/\(members)",
                "quorum": "\(committee.context.quorum)", "slot": "\(certificate.ack.slot)",
            ])
    }

    /// Changes the journal's entry of an update, if there is one.
    func amend(_ id: Hash32, _ change: (inout UpdateSummary) -> Void) {
        guard var summary = summary(id) else { return }
        change(&summary)
        note(summary)
    }
}
