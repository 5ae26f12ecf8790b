import Logging
import BLS
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension ValidatorClient {
    /// When, in the slot before its own, a proposer starts building and sealing: docs/decisions/0002.
    static let preparationFraction = 2.0 / 3.0

    /// Proposes in every slot that is one of our validators' turn.
    func runProposals(_ proposals: any BlockProposals) async {
        var slot = (node.clock.currentSlot ?? 0) + 1
        while !Task.isCancelled {
            do {
                try await serve(proposalOf: slot, proposals)
            } catch is CancellationError {
                return
            } catch {
                logger.error("cannot learn the proposer of slot \(slot): \(error)")
                _ = try? await node.clock.wait(for: slot, floor: firstUnserved(newestProposal))
            }
            slot = nextSlot(after: slot, done: newestProposal)
        }
    }

    /// Prepares and makes the proposal of `slot` at its times, if it is ours. Where the clock was set meanwhile, so that
    /// the slot is over or far away, nothing is proposed.
    private func serve(proposalOf slot: Slot, _ proposals: any BlockProposals) async throws {
        if slot > 0 {
            let floor = firstUnserved(newestProposal)
            guard try await node.clock.wait(for: slot - 1, fraction: Self.preparationFraction, floor: max(1, floor) - 1) else { return }
        }
        guard node.clock.currentSlot ?? 0 <= slot else { return }
        var duty = try await proposerDuty(at: slot)
        if let duty {
            figures.accounts[duty.publicKey, default: .init()].nextProposalSlot = slot
            await prepare(slot, proposals)
        }
        guard try await node.clock.wait(for: slot, floor: firstUnserved(newestProposal)), node.clock.currentSlot == slot else { return }
        do {
            // A block that came meanwhile may have given the slot to another validator, here or elsewhere.
            duty = try await proposerDuty(at: slot, known: duty?.publicKey)
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.debug("whose turn slot \(slot) is was not told again: \(error)")
        }
        guard let duty else { return }
        newestProposal = slot
        await propose(duty, proposals)
    }

    /// - Parameter known: whose standing has been asked for this slot; it is not asked again, which would hold up the proposal.
    private func proposerDuty(at slot: Slot, known: BLSPubkey? = nil) async throws -> ProposerDuty? {
        let duties = try await node.proposerDuties(epoch: epoch(of: slot))
        let ours = duties.first { $0.slot == slot && keys[$0.publicKey] != nil && held[$0.publicKey] == nil }
        guard let duty = ours else { return nil }
        if duty.publicKey == known { return duty }
        return await isSlashed(duty) ? nil : duty
    }

    /// The draw passes over nobody, but no chain takes a block of a slashed proposer.
    private func isSlashed(_ duty: ProposerDuty) async -> Bool {
        let standing = try? await standings?.standings(of: [duty.validatorIndex])[duty.validatorIndex]
        // A reorganisation may take the slashing back.
        guard standing?.status == .slashing else { return false }
        if slashed.insert(duty.publicKey).inserted {
            logger.warning("Validator \(duty.validatorIndex) is slashed: it proposes no more blocks")
        }
        return true
    }

    private func prepare(_ slot: Slot, _ proposals: any BlockProposals) async {
        do {
            try await proposals.prepareProposal(slot: slot, feeRecipient: feeRecipient)
        } catch {
            logger.warning("cannot prepare the proposal of slot \(slot): \(error)")
        }
    }

    func propose(_ duty: ProposerDuty, _ proposals: any BlockProposals) async {
        do {
            let reveal = try await randaoReveal(duty)
            let block = try await proposals.produceBlock(slot: duty.slot, randaoReveal: reveal, graffiti: graffiti)
            try await proposals.publishBlock(sign(block, duty))
            figures.proposals += 1
            figures.accounts[duty.publicKey, default: .init()].proposals += 1
        } catch is CancellationError {
            return
        } catch {
            figures.missedProposals += 1
            figures.accounts[duty.publicKey, default: .init()].failedProposals += 1
            logger.warning("Missed the proposal of slot \(duty.slot): \(error)")
        }
    }

    private func randaoReveal(_ duty: ProposerDuty) async throws -> BLSSignature {
        let epoch = epoch(of: duty.slot)
        return try signHarmless(epoch, Unshaped(), try await domain(Constant.domainRandao, epoch: epoch), by: duty.publicKey)
    }

    private func sign(_ block: BeaconBlock, _ duty: ProposerDuty) async throws -> SignedBeaconBlock {
        guard block.slot == duty.slot, block.proposerIndex == duty.validatorIndex else {
            throw ValidatorClientError.wrongAnswer(
                "a block of slot \(block.slot) by proposer \(block.proposerIndex) where slot \(duty.slot) by \(duty.validatorIndex) was asked"
            )
        }
        let root = computeSigningRoot(
            objectRoot: block.hashTreeRoot(node.spec), try await domain(Constant.domainBeaconProposer, epoch: epoch(of: block.slot)))
        return SignedBeaconBlock(message: block, signature: try signBlock(root, slot: block.slot, by: duty.publicKey))
    }
}
