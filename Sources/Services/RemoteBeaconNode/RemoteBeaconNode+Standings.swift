public import BeaconTypes
import JSON
public import ServiceInterfaces

extension RemoteBeaconNode: ValidatorStandingReader {
    public func standings(of indices: [ValidatorIndex]) async throws -> [ValidatorIndex: ValidatorStanding] {
        var standings: [ValidatorIndex: ValidatorStanding] = [:]
        for start in stride(from: 0, to: indices.count, by: Self.keysPerRequest) {
            let wanted = indices[start..<min(start + Self.keysPerRequest, indices.count)]
            let answer = try await fetch(
                .post("/eth/v1/beacon/states/head/validators", ["ids": .array(wanted.map { .string(String($0)) })]))
            for entry in try answer.data.list() {
                let index = try entry.number("index")
                guard wanted.contains(index), let status = ValidatorStanding.Status(beaconAPI: try entry.text("status")) else { continue }
                standings[index] = ValidatorStanding(status: status, balance: try entry.number("balance"))
            }
        }
        return standings
    }
}

extension ValidatorStanding.Status {
    /// From the beacon API's words; `nil` for words that it does not have.
    init?(beaconAPI status: String) {
        switch status {
        case "pending_initialized": self = .deposited
        case "pending_queued": self = .pending
        case "active_ongoing": self = .active
        case "active_exiting": self = .exiting
        case "active_slashed": self = .slashing
        case "exited_unslashed", "exited_slashed", "withdrawal_possible", "withdrawal_done": self = .exited
        default: return nil
        }
    }
}
