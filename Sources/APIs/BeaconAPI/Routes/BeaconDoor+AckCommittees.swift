import AckQuorum
import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    /// `/polai/v1/committees/{slot}`: the ACK committee of a slot on the head's chain, what its votes refer to, and how they
    /// came out as far as a block holds their certificate.
    func addAckCommitteeRoute(_ services: any BeaconServices, to routes: RouteTable) {
        guard spec.fork == .pol else { return }
        routes.get("/polai/v1/committees/:slot") { _, context in
            let slot = try context.number("slot")
            let current = chain.clock.currentSlot ?? 0
            guard slot >= 1, slot <= current + 1 else {
                throw DoorError.badRequest("Invalid slot: \(slot)", hint: "slots from 1 to \(current + 1) have a known ACK committee")
            }
            let committee: AckCommittee
            do {
                committee = try await services.ackCommittee(slot: slot)
            } catch let error as CancellationError {
                throw error
            } catch let refusal as any Refusal where refusal.rule == BeaconRule.optimisticHead {
                throw DoorError(.serviceUnavailable, refusing: refusal)
            } catch {
                throw DoorError.notFound("The ACK committee of slot \(slot) is out of the head state's reach: \(error)")
            }
            let included = try await certificate(of: slot)
            let waiting = await services.pooledAckCertificates().filter { $0.ack.slot == slot }
            let bits =
                included?.certificate.committeeBits ?? waiting.first?.committeeBits ?? Bitlist(count: committee.context.members.count)
            return Response.chainData(
                json(committee, bits: bits, included: included, waiting: waiting),
                AnswerMarks(isOptimistic: await isHeadOptimistic(), isFinalized: included?.isFinalized ?? false))
        }
    }

    private struct IncludedCertificate {
        var certificate: AckCertificate
        var blockRoot: Root
        var blockSlot: Slot
        var isFinalized: Bool
    }

    /// The certificate of the slot's votes in a canonical block; the window says how late one may come.
    private func certificate(of slot: Slot) async throws -> IncludedCertificate? {
        let head = await chain.syncStatus().headSlot
        for blockSlot in stride(from: slot, through: min(slot + spec.ackWindowSlots, head), by: 1) {
            guard let block = try await chain.block(.slot(blockSlot)) else { continue }
            let certificate = block.block.message.body.ackCertificate
            guard !certificate.ack.updateId.isZero, certificate.ack.slot == slot else { continue }
            return IncludedCertificate(
                certificate: certificate, blockRoot: block.root, blockSlot: blockSlot, isFinalized: block.isFinalized)
        }
        return nil
    }

    private func json(_ committee: AckCommittee, bits: Bitlist, included: IncludedCertificate?, waiting: [AckCertificate]) -> JSONValue {
        let context = committee.context
        let members = context.members.enumerated().map { seat, member -> JSONValue in
            [
                "validator_index": .string(String(member)), "pubkey": .string(context.publicKeys[seat].hex),
                "acked": .bool(seat < bits.count && bits[seat]),
            ]
        }
        return [
            "slot": .string(String(committee.slot)), "anchor_root": .string(context.anchorRoot.hex),
            "reveal_mix": .string(context.revealMix.hex), "domain": .string(context.domain.hex),
            "ai_quorum": .string(String(context.quorumSetting)), "quorum": .string(String(context.quorum)),
            "adapter_root": .string(committee.learning.adapterRoot.hex), "members": .array(members),
            "ack_bits": bits.json(.limit(spec.preset.maxValidatorsPerSlot)), "acks": .string(String(bits.setCount)),
            "included": included.map {
                [
                    "block_root": .string($0.blockRoot.hex), "block_slot": .string(String($0.blockSlot)),
                    "certificate": $0.certificate.json(spec),
                ]
            } ?? .null,
            "waiting": .array(waiting.map { $0.json(spec) }),
        ]
    }
}
