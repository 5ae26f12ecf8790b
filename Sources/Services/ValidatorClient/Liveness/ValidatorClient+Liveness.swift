import BeaconTypes
import Logging
import Primitives
import ServiceInterfaces
import SlashingProtection

extension ValidatorClient {
    /// How many epochs before the newest one the chain is searched for signatures that are not on record.
    private static let comparedEpochs: Epoch = 2
    /// When the chain is asked about an epoch: in the first slot after it, once that slot's block has come.
    private static let observationFraction = 0.75

    /// Holds every key that the chain shows at work in an epoch after the last one on record: the database is an old copy,
    /// or not the one the key was used with, and knows too little to refuse.
    ///
    /// Until this has run, no key of a client that can see the chain signs anything.
    func checkProtectionAgainstChain() async {
        guard let liveness else { return }
        var found: [BLSPubkey: HoldReason] = [:]
        defer {
            hold(found)
            held = held.filter { $0.value != .notCompared }
        }
        do {
            let validators = try await validatorsByIndex()
            let newest = try await liveness.newestEpoch()
            for epoch in (newest - min(newest, Self.comparedEpochs)...newest).reversed() {
                for index in try await liveness.liveValidators(epoch: epoch, among: validators.keys.sorted()) {
                    guard let key = validators[index], held[key] == .notCompared, found[key] == nil else { continue }
                    let recorded = try recordedEpoch(of: key)
                    if recorded.map({ $0 < epoch }) ?? true {
                        found[key] = .databaseOlderThanChain(chain: epoch, recorded: recorded)
                    }
                }
            }
        } catch {
            logger.warning("Cannot compare the slashing protection database with the chain: \(error)")
        }
    }

    /// The last epoch of which the database knows a signature of this key.
    private func recordedEpoch(of key: BLSPubkey) throws -> Epoch? {
        let history = try protection.history(of: key)
        return [history.newestTarget, history.newestSlot.map(epoch(of:))].compactMap(\.self).max()
    }

    private func validatorsByIndex() async throws -> [ValidatorIndex: BLSPubkey] {
        Dictionary(try await resolvedIndices().map { ($0.value, $0.key) }) { first, _ in first }
    }

    /// Holds keys, and says so in one line for all of them.
    private func hold(_ found: [BLSPubkey: HoldReason]) {
        let new = found.filter { held[$0.key] != $0.value }
        held.merge(new) { $1 }
        guard let first = keys.publicKeys.first(where: { new[$0] != nil }), let reason = new[first] else { return }
        logger.error(
            "\(ValidatorClientError.held(first, reason))", metadata: new.count > 1 ? ["and_other_validators": "\(new.count - 1)"] : [:])
    }

    /// Stops all keys from signing until the chain was watched for two whole epochs.
    ///
    /// - Returns: the epochs to watch, `nil` when there is nothing to wait for: detection is off, or the chain is younger
    ///   than what would be watched, so nobody can have signed elsewhere for long.
    func holdForDoppelgangers() -> ClosedRange<Epoch>? {
        guard detectsDoppelgangers else { return nil }
        guard liveness != nil else {
            logger.error("Doppelganger detection is not possible: the beacon node does not tell who is at work")
            return nil
        }
        guard let current = node.clock.currentSlot.map(epoch(of:)), current >= 2 else {
            logger.info("Doppelganger detection skipped: the chain has just begun")
            return nil
        }
        let watched = current + 1...current + 2
        for key in keys.publicKeys where held[key] == nil { held[key] = .watchingForDoppelganger(until: watched.upperBound) }
        logger.info("Doppelganger detection: signing nothing until epoch \(watched.upperBound + 1)")
        return watched
    }

    /// Watches the epochs, then lets those keys sign that were not seen.
    func runDoppelgangerWatch(_ epochs: ClosedRange<Epoch>) async {
        for epoch in epochs {
            var slot = (epoch + 1) * node.spec.preset.slotsPerEpoch
            while true {
                do {
                    try await node.clock.sleep(until: slot, fraction: Self.observationFraction)
                    try await observe(epoch)
                    break
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("Doppelganger detection cannot see epoch \(epoch), trying again: \(error)")
                    slot = max(slot, node.clock.currentSlot ?? 0) + 1
                }
            }
        }
        let seen = held.values.filter { if case .doppelganger = $0 { true } else { false } }.count
        held = held.filter { if case .watchingForDoppelganger = $0.value { false } else { true } }
        logger.info(
            "Doppelganger detection ended: \(seen) keys were seen elsewhere",
            metadata: ["may_sign": "\(keys.publicKeys.count - held.count)"])
    }

    private func observe(_ epoch: Epoch) async throws {
        guard let liveness else { return }
        let validators = try await validatorsByIndex()
        guard !validators.isEmpty else { return }
        var found: [BLSPubkey: HoldReason] = [:]
        for index in try await liveness.liveValidators(epoch: epoch, among: validators.keys.sorted()) {
            guard let key = validators[index] else { continue }
            if case .doppelganger = held[key] { continue }
            found[key] = .doppelganger(epoch: epoch)
        }
        hold(found)
    }
}
