import BeaconTypes
import Logging
import ServiceInterfaces

extension ValidatorClient {
    /// When a duty is due, as a fraction of its slot.
    static func fraction(_ basisPoints: UInt64) -> Double { Double(basisPoints) / 10_000 }

    /// Attests, aggregates and serves in the sync committee, slot by slot.
    func runCommitteeDuties() async {
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
                    if try await node.clock.wait(for: slot, floor: firstUnserved(newestCommitteeSlot)) {
                        newestCommitteeSlot = slot
                        group.addTask { [slot] in await self.doCommitteeDuties(of: slot, arrivals) }
                    }
                } catch { break }
                slot = nextSlot(after: slot, done: newestCommitteeSlot)
            }
            group.cancelAll()
        }
    }

    /// The slot to serve after `slot`: the next one by the clock. Where the clock was set back, the slots that were
    /// served before are not served again.
    ///
    /// - Parameter done: the newest slot in which there was something to do.
    func nextSlot(after slot: Slot, done: Slot?) -> Slot {
        let current = node.clock.currentSlot ?? 0
        return slot > current ? max(current + 1, firstUnserved(done)) : max(slot + 1, current)
    }

    /// The slot after the newest that was served.
    func firstUnserved(_ done: Slot?) -> Slot { done.map { $0 + 1 } ?? 0 }

    /// The committee duties of one slot at their times: votes when the slot's block is head or `ATTESTATION_DUE_BPS` of
    /// the slot have passed, aggregates at `AGGREGATE_DUE_BPS` (phase0 `validator.md`, "Attesting").
    func doCommitteeDuties(of slot: Slot, _ arrivals: HeadArrivals) async {
        let (config, clock) = (node.spec.config, node.clock)
        do {
            try await arrivals.wait(for: slot, until: clock, fraction: Self.fraction(config.attestationDueBps))
            async let attested = attest(at: slot)
            async let message = sendSyncCommitteeMessages(at: slot)
            let (votes, sync) = (await attested, await message)
            guard committees != nil, !votes.isEmpty || sync != nil else { return }
            try await clock.sleep(until: slot, fraction: Self.fraction(config.aggregateDueBps))
            async let aggregated: Void = aggregate(votes, at: slot)
            async let contributed: Void = contribute(sync, at: slot)
            _ = await (aggregated, contributed)
        } catch {
            // Only waiting throws, and only when the client stops.
            return
        }
    }
}
