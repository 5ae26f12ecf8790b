import BeaconTypes
import Foundation
import JSON
import Primitives

/// Where validators stand on the way from deposit to duty, and whose the active stake is.
struct DepositStatus {
    /// A validator of the registry.
    private struct Standing {
        let index: String
        let status: String
        let effectiveBalance: Gwei
    }

    private let keys: [BLSPubkey]
    private var standings: [BLSPubkey: Standing] = [:]
    /// Place in the queue of pending deposits, counted from 1.
    private var queued: [BLSPubkey: Int] = [:]
    private var activeStake: Gwei = 0
    private var activeCount = 0

    init(of keys: [BLSPubkey], door: DoorClient) async throws {
        self.keys = keys
        guard let registry = try await door.data("/eth/v1/beacon/states/head/validators")?.array,
            let pending = try await door.data("/eth/v1/beacon/states/head/pending_deposits")?.array
        else { throw SetupError("\(door.url) has no state of the head") }
        let wanted = Set(keys)
        for entry in registry {
            guard let text = entry["validator"]?["pubkey"]?.string, let key = try? BLSPubkey(hex: text),
                let status = entry["status"]?.string, let index = entry["index"]?.string,
                let balance = entry["validator"]?["effective_balance"]?.string.flatMap({ Gwei($0) })
            else { throw SetupError("\(door.url) answers with a validator that cannot be read") }
            if status.hasPrefix("active") {
                activeStake += balance
                activeCount += 1
            }
            if wanted.contains(key) { standings[key] = Standing(index: index, status: status, effectiveBalance: balance) }
        }
        for (place, deposit) in pending.enumerated() {
            if let text = deposit["pubkey"]?.string, let key = try? BLSPubkey(hex: text), wanted.contains(key), queued[key] == nil {
                queued[key] = place + 1
            }
        }
    }

    func isKnown(_ key: BLSPubkey) -> Bool { standings[key] != nil || queued[key] != nil }

    /// A line a validator, then what share of the active stake is theirs.
    var text: String {
        var lines = keys.map { key in
            if let standing = standings[key] {
                return "\(key.hex) validator \(standing.index) \(standing.status) \(Self.pol(standing.effectiveBalance)) POL"
            }
            if let place = queued[key] { return "\(key.hex) deposited, number \(place) of those that wait" }
            return "\(key.hex) no deposit on this chain"
        }
        let own = standings.values.filter { $0.status.hasPrefix("active") }
        let stake = own.reduce(0) { $0 + $1.effectiveBalance }
        let share = activeStake == 0 ? 0 : Double(stake) / Double(activeStake)
        lines.append(
            "active: \(own.count) of \(activeCount) validators, \(Self.pol(stake)) of \(Self.pol(activeStake)) POL "
                + String(format: "(%.1f %%); ", share * 100) + Self.meaning(share))
        return lines.joined(separator: "\n")
    }

    /// What the others can do without them.
    private static func meaning(_ share: Double) -> String {
        if share > 2 / 3 { return "nothing is finalised without them, and they finalise alone" }
        if share > 1 / 3 { return "nothing is finalised without them" }
        return "the others finalise without them"
    }

    private static func pol(_ gwei: Gwei) -> POLAmount { POLAmount(wei: UInt256(gwei) &* UInt256(1_000_000_000)) }
}
