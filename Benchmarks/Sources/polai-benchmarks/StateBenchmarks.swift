import BeaconTypes
import Primitives
import SSZ
import StateTransition

/// `hash_tree_root` of a state of `count` validators: cold, and again after what one full block changes.
func measureState(_ table: inout Table, samples: Int, count: Int = 10_000) throws {
    var cold: [Double] = [], warm: [Double] = []
    let slots = 1...UInt64(8)
    for _ in 0..<samples {
        // A new state each time: copies would share what is remembered of earlier hashing.
        var state = CachedBeaconState(registry(count), spec: .pol)
        cold.append(seconds { keep(state.hashTreeRoot()) })
        for slot in slots {
            changeLikeOneBlock(&state.state, slot: slot)
            warm.append(seconds { keep(state.hashTreeRoot()) })
        }
        var fresh = CachedBeaconState(registry(count), spec: .pol)
        for slot in slots { changeLikeOneBlock(&fresh.state, slot: slot) }
        guard state.hashTreeRoot() == fresh.hashTreeRoot() else {
            throw BenchmarkError("the remembered hashes give another state root than hashing everything anew")
        }
    }
    table.add("hash_tree_root, 10,000 validators, cold", median(cold) * 1e3, "ms")
    table.add("hash_tree_root after one block's changes", median(warm) * 1e3, "ms")
    table.add("  cold / warm", median(cold) / median(warm), "x")
}

/// A state of `count` active validators that differ in every field hashing could share.
private func registry(_ count: Int) -> BeaconState {
    var state = BeaconState(default: .pol)
    var validators: [Validator] = []
    var balances: [Gwei] = []
    for index in 0..<count {
        let name = SHA256.hash(withUnsafeBytes(of: UInt64(index).littleEndian) { Array($0) })
        var validator = Validator()
        validator.pubkey = BLSPubkey(name.bytes + name.bytes.prefix(16)) ?? BLSPubkey()
        validator.withdrawalCredentials = name
        validator.effectiveBalance = 32_000_000_000
        validator.exitEpoch = .max
        validator.withdrawableEpoch = .max
        validators.append(validator)
        balances.append(32_000_000_000 + Gwei(index))
    }
    state.validators = SSZList(validators)
    state.balances = SSZList(balances)
    state.previousEpochParticipation = SSZList(repeating: 7, count: count)
    state.currentEpochParticipation = SSZList(repeating: 0, count: count)
    state.inactivityScores = SSZList(repeating: 0, count: count)
    return state
}

/// The fields that a block with all attestations and a full sync aggregate touches: header, roots, RANDAO, eth1 vote,
/// a 32nd of the participation flags and as many balances, both scattered over the registry.
private func changeLikeOneBlock(_ state: inout BeaconState, slot: UInt64) {
    let count = state.validators.count
    let root = SHA256.hash(withUnsafeBytes(of: slot.littleEndian) { Array($0) })
    state.slot = slot
    state.latestBlockHeader.slot = slot
    state.latestBlockHeader.parentRoot = root
    state.latestBlockHeader.bodyRoot = root
    state.blockRoots[Int(slot) % state.blockRoots.count] = root
    state.stateRoots[Int(slot) % state.stateRoots.count] = root
    state.randaoMixes[0] = root
    state.eth1DataVotes.append(state.eth1Data)
    state.latestExecutionPayloadHeader.blockHash = root
    for number in 0..<(count / 32) {
        // 7,919 is prime: a stride through the whole registry, as a shuffle scatters a committee.
        let index = (number * 32 + Int(slot)) &* 7919 % count
        state.currentEpochParticipation[index] = 7
        state.balances[index] += 1
    }
}
