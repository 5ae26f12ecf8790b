public import BeaconTypes
import JSON
import Logging
public import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode {
    /// Public keys asked about in one request.
    static let keysPerRequest = 256

    public func validatorIndices(of publicKeys: [BLSPubkey]) async throws -> [BLSPubkey: ValidatorIndex] {
        var found: [BLSPubkey: ValidatorIndex] = [:]
        for start in stride(from: 0, to: publicKeys.count, by: Self.keysPerRequest) {
            let keys = publicKeys[start..<min(start + Self.keysPerRequest, publicKeys.count)]
            let answer = try await fetch(
                .post("/eth/v1/beacon/states/head/validators", ["ids": .array(keys.map { .string($0.hex) })]))
            for entry in try answer.data.list() {
                found[try entry.field("validator").publicKey("pubkey")] = try entry.number("index")
            }
        }
        let wanted = Set(publicKeys)
        return found.filter { wanted.contains($0.key) }
    }

    public func proposerDuties(epoch: Epoch) async throws -> [ProposerDuty] {
        try await fetch(.get("/eth/v1/validator/duties/proposer/\(epoch)")).data.list().map { fields throws(RemoteBeaconNodeError) in
            ProposerDuty(
                publicKey: try fields.publicKey("pubkey"), validatorIndex: try fields.number("validator_index"),
                slot: try fields.number("slot"))
        }
    }

    public func attesterDuties(epoch: Epoch, indices: [ValidatorIndex]) async throws -> [AttesterDuty] {
        let answer = try await fetch(.post("/eth/v1/validator/duties/attester/\(epoch)", .array(indices.map { .string(String($0)) })))
        var duties: [AttesterDuty] = []
        var committeesPerSlot: UInt64 = 1
        for fields in try answer.data.list() {
            duties.append(
                AttesterDuty(
                    publicKey: try fields.publicKey("pubkey"), validatorIndex: try fields.number("validator_index"),
                    committeeIndex: try fields.number("committee_index"), committeeLength: try fields.number("committee_length"),
                    validatorCommitteeIndex: try fields.number("validator_committee_index"), slot: try fields.number("slot")))
            committeesPerSlot = try fields.number("committees_at_slot")
        }
        await subscribe(duties, committeesPerSlot: committeesPerSlot, epoch: epoch)
        return duties
    }

    public func attestationData(slot: Slot, committeeIndex: CommitteeIndex) async throws -> AttestationData {
        let answer = try await fetch(
            .get("/eth/v1/validator/attestation_data", [("slot", String(slot)), ("committee_index", String(committeeIndex))]))
        return try answer.verified().data.container(AttestationData.self, spec)
    }

    public func fork(at epoch: Epoch) -> Fork {
        forks.last { $0.epoch <= epoch } ?? forks[0]
    }

    /// The newest epoch of which the node has a block.
    public func newestEpoch() async throws -> Epoch {
        try await fetch(.get("/eth/v1/node/syncing")).data.number("head_slot") / spec.preset.slotsPerEpoch
    }

    /// Epochs that the node does not remember give nobody.
    public func liveValidators(epoch: Epoch, among indices: [ValidatorIndex]) async throws -> Set<ValidatorIndex> {
        guard !indices.isEmpty else { return [] }
        do {
            let answer = try await fetch(
                .post("/eth/v1/validator/liveness/\(epoch)", .array(indices.map { .string(String($0)) })))
            var live = Set<ValidatorIndex>()
            for entry in try answer.data.list() where try entry.flag("is_live") { live.insert(try entry.number("index")) }
            return live.intersection(indices)
        } catch RemoteBeaconNodeError.refused(_, 400, _, _) {
            return []
        }
    }
}

extension RemoteBeaconNode: ValidatorLiveness {}
