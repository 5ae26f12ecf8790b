import Logging
import BLS
import BeaconTypes
import Primitives
import ServiceInterfaces
import StateTransition

extension ValidatorClient {
    /// `ATTESTATION_DUE_BPS`: attest when the slot's block arrived, or a third into the slot.
    static let attestationFraction = 1.0 / 3.0

    /// Attests once per slot with every validator whose turn it is.
    func runAttestations() async {
        let arrivals = HeadArrivals()
        await withDiscardingTaskGroup { group in
            group.addTask { [node] in
                for await event in await node.events() {
                    if case .head(_, let slot, _, _) = event { await arrivals.record(slot) }
                }
            }
            var slot = (node.clock.currentSlot ?? 0) + 1
            while !Task.isCancelled {
                do {
                    try await node.clock.sleep(until: slot)
                    try await arrivals.wait(for: slot, until: node.clock, fraction: Self.attestationFraction)
                    await attest(at: slot)
                } catch {
                    break
                }
                slot = max(slot + 1, node.clock.currentSlot ?? 0)
            }
            group.cancelAll()
        }
    }

    private func attest(at slot: Slot) async {
        do {
            let epoch = slot / node.spec.preset.slotsPerEpoch
            let ours = Array(try await resolvedIndices().values)
            let duties = try await node.attesterDuties(epoch: epoch, indices: ours).filter { $0.slot == slot }
            guard !duties.isEmpty else { return }
            let domain = try await domain(Constant.domainBeaconAttester, epoch: epoch)
            var attestations: [SingleAttestation] = []
            for (committee, members) in Dictionary(grouping: duties, by: \.committeeIndex) {
                let data = try await node.attestationData(slot: slot, committeeIndex: committee)
                let root = computeSigningRoot(data, domain, node.spec)
                for duty in members {
                    if let signed = signAttestation(data, root: root, duty) { attestations.append(signed) }
                }
            }
            try await node.submitAttestations(attestations)
            figures.attestations += UInt64(attestations.count)
        } catch is CancellationError {
            return
        } catch {
            figures.failedAttestations += 1
            logger.warning("Missed the attestations of slot \(slot): \(error)")
        }
    }

    private func signAttestation(_ data: AttestationData, root: Root, _ duty: AttesterDuty) -> SingleAttestation? {
        do {
            try protection.recordAttestation(
                validator: duty.publicKey, source: data.source.epoch, target: data.target.epoch, signingRoot: root)
            return SingleAttestation(
                committeeIndex: duty.committeeIndex, attesterIndex: duty.validatorIndex, data: data,
                signature: try secretKey(of: duty.publicKey).sign(root))
        } catch {
            figures.failedAttestations += 1
            logger.warning("validator \(duty.validatorIndex) does not attest in slot \(data.slot): \(error)")
            return nil
        }
    }
}

/// Remembers the newest slot whose block became head, and wakes those who wait for one.
actor HeadArrivals {
    private var newest: Slot?

    func record(_ slot: Slot) {
        newest = max(newest ?? 0, slot)
    }

    /// Returns when a block of `slot` or a later one is head, or when `fraction` of `slot` has passed.
    func wait(for slot: Slot, until clock: SlotClock, fraction: Double) async throws {
        while (newest ?? 0) < slot, clock.secondsUntil(slot, fraction: fraction) > 0 {
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
