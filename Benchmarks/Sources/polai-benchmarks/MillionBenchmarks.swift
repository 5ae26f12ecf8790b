import BeaconTypes
import CBlst
import EngineTypes
import Foundation
import Primitives
import SSZ
@testable import StateTransition

/// The state transition at Ethereum's own size: mainnet's preset, every validator active and voting, signatures taken as
/// verified. Each figure is a line, in processor time and of the fastest sample; what an epoch's end draws by hashing alone (shuffling, sync committee) has lines of its own.
func measureMillion(_ table: inout Table, samples: Int, count: Int = 1_000_000) throws {
    let name = "\(count / 1000)k validators"
    let before = residentMegabytes()
    var state = try livingState(count)
    state.resetCaches()
    let cold = processorSeconds { keep(state.hashTreeRoot()) }
    table.add("\(name): state with its hashes, in memory", residentMegabytes() - before, "MB")
    table.add("\(name): state root, cold", cold * 1e3, "ms")
    table.add("\(name): shuffling of an epoch", try processorSeconds { try state.warmCaches() } / 2 * 1e3, "ms", note: "two were made")
    try measureBlocks(&table, name, state, samples: samples)
    try measureEpochEnd(&table, name, state, samples: samples)
    try measureCopies(&table, name, state, samples: samples)
    try measureOpening(&table, name, state)
}

/// The block that everybody's votes for the last slot make, and the fullest there may be.
private func measureBlocks(_ table: inout Table, _ name: String, _ base: CachedBeaconState, samples: Int) throws {
    for (kind, slots) in [("block", UInt64(1)), ("fullest block", base.spec.preset.maxAttestationsElectra)] {
        let block = try fullBlock(on: base, votesOf: slots)
        var times: [Double] = [], roots: [Double] = []
        for _ in 0..<max(samples, 5) {
            var next = base
            var signatures = SignatureCollector(.trusted)
            times.append(try processorSeconds { try next.processBlock(block, &signatures, isPayloadValid: true) })
            roots.append(processorSeconds { keep(next.hashTreeRoot()) })
        }
        let votes = block.body.attestations.reduce(0) { $0 + $1.aggregationBits.setCount }
        table.add("\(name): \(kind), no signatures", fastest(times) * 1e3, "ms", note: "\(votes) votes")
        table.add("\(name): state root after it", fastest(roots) * 1e3, "ms")
    }
}

private func measureEpochEnd(_ table: inout Table, _ name: String, _ base: CachedBeaconState, samples: Int) throws {
    let perEpoch = base.spec.preset.slotsPerEpoch
    var end = base
    // The last slot of an epoch that is no sync committee period's last.
    end.state.slot = (base.state.slot / perEpoch + 1) * perEpoch - 1
    end.resetCaches()
    keep(end.hashTreeRoot())
    // As every state that took a block has them.
    keep(end.updatedColumns())
    var times: [Double] = [], roots: [Double] = []
    for _ in 0..<max(samples, 3) {
        var next = end
        times.append(try processorSeconds { try next.processEpoch() })
        next.state.slot += 1
        roots.append(processorSeconds { keep(next.hashTreeRoot()) })
    }
    table.add("\(name): epoch's end, without draws", fastest(times) * 1e3, "ms")
    table.add("\(name): state root after it", fastest(roots) * 1e3, "ms", note: "every balance moved")
    var steps: [(label: String, times: [Double])] = []
    var next = end
    func step(_ label: String, _ body: () throws -> Void) rethrows {
        let time = try processorSeconds(body)
        if let known = steps.firstIndex(where: { $0.label == label }) {
            steps[known].times.append(time)
        } else {
            steps.append((label, [time]))
        }
    }
    for _ in 0..<max(samples, 3) {
        next = end
        try step("columns, read anew") { keep(EpochColumns(next)) }
        var columns = EpochColumns()
        try step("columns, kept") { columns = next.updatedColumns() }
        try step("justification") { try next.processJustificationAndFinalization(columns) }
        try step("inactivity") { try next.processInactivityUpdates(columns) }
        var unsettled: UnsettledBalances?
        try step("rewards") { unsettled = try next.processRewardsAndPenalties(columns) }
        try step("registry") { try next.processRegistryUpdates(columns) }
        try step("slashings") { try next.processSlashings(columns) }
        try step("effective balances") { try next.processEffectiveBalanceUpdates(columns, unsettled) }
        try step("participation") { next.processParticipationFlagUpdates() }
    }
    for (label, times) in steps { table.add("  \(label)", fastest(times) * 1e3, "ms") }
    var draw = end
    table.add("\(name): sync committee draw, keys cold", try processorSeconds { keep(try draw.getNextSyncCommittee()) } * 1e3, "ms")
    table.add("\(name): sync committee draw, keys known", try processorSeconds { keep(try draw.getNextSyncCommittee()) } * 1e3, "ms")
    draw.resetCaches()
}

/// What a copy costs: nothing until it changes; then the pages that change.
private func measureCopies(_ table: inout Table, _ name: String, _ base: CachedBeaconState, samples: Int) throws {
    var copies: [CachedBeaconState] = []
    let block = try fullBlock(on: base, votesOf: 1)
    let before = residentMegabytes()
    for _ in 0..<8 {
        var next = base
        var signatures = SignatureCollector(.trusted)
        try next.processBlock(block, &signatures, isPayloadValid: true)
        keep(next.hashTreeRoot())
        copies.append(next)
    }
    table.add("\(name): one more state, a block later", (residentMegabytes() - before) / 8, "MB")
    var copy = base
    table.add("\(name): a copy's first change", processorSeconds { copy.state.balances[0] += 1 } * 1e6, "us")
    keep(copies)
}

/// From the bytes that a store holds to a state that can take a block.
private func measureOpening(_ table: inout Table, _ name: String, _ base: CachedBeaconState) throws {
    let bytes = base.state.serialize(base.spec)
    table.add("\(name): serialised state", Double(bytes.count) / 1e6, "MB")
    var opened: CachedBeaconState?
    let decode = try processorSeconds { opened = CachedBeaconState(try BeaconState(deserializing: bytes, base.spec), spec: base.spec) }
    let root = processorSeconds { keep(opened?.hashTreeRoot()) }
    table.add("\(name): opening, decode and index", decode * 1e3, "ms")
    table.add("\(name): opening, first state root", root * 1e3, "ms")
}

/// A mainnet state in the middle of an epoch on which everybody votes: finality two epochs ago, all flags set for the last
/// epoch, and in this one for every slot but the last.
private func livingState(_ count: Int) throws -> CachedBeaconState {
    let spec = BeaconSpec.mainnet
    let perEpoch = spec.preset.slotsPerEpoch
    var state = BeaconState(default: spec)
    let epoch: Epoch = 1000
    state.slot = epoch * perEpoch + perEpoch / 2
    let version = spec.config.electraForkVersion
    state.fork = Fork(previousVersion: version, currentVersion: version, epoch: 0)
    func root(_ number: UInt64) -> Root { SHA256.hash(withUnsafeBytes(of: number.littleEndian) { Array($0) }) }
    for slot in (state.slot - UInt64(state.blockRoots.count))..<state.slot {
        state.blockRoots[Int(slot) % state.blockRoots.count] = root(slot)
        state.stateRoots[Int(slot) % state.stateRoots.count] = root(slot + 1 << 32)
    }
    for position in state.randaoMixes.indices { state.randaoMixes[position] = root(UInt64(position) + 1 << 40) }
    var validators: [Validator] = []
    validators.reserveCapacity(count)
    for (index, key) in publicKeys(count).enumerated() {
        var credentials = root(UInt64(index))
        credentials.withUnsafeMutableBytes { $0[0] = 1 }
        validators.append(
            Validator(
                pubkey: key, withdrawalCredentials: credentials, effectiveBalance: 32_000_000_000, slashed: false,
                activationEligibilityEpoch: 0, activationEpoch: 0, exitEpoch: .max, withdrawableEpoch: .max))
    }
    state.validators = SSZList(validators)
    state.balances = SSZList((0..<count).map { 32_000_000_000 + Gwei($0 % 10_000_000) })
    state.previousEpochParticipation = SSZList(repeating: 7, count: count)
    state.currentEpochParticipation = SSZList(repeating: 0, count: count)
    state.inactivityScores = SSZList(repeating: 0, count: count)
    for (epochsAgo, path) in [(1, \BeaconState.currentJustifiedCheckpoint), (2, \.previousJustifiedCheckpoint), (2, \.finalizedCheckpoint)]
    {
        let justified = epoch - Epoch(epochsAgo)
        state[keyPath: path] = Checkpoint(epoch: justified, root: root(justified * perEpoch))
    }
    for bit in 1..<4 { state.justificationBits[bit] = true }
    var cached = CachedBeaconState(state, spec: spec)
    try cached.warmCaches()
    state.currentSyncCommittee = try cached.getNextSyncCommittee()
    state.nextSyncCommittee = state.currentSyncCommittee
    cached.state = state
    for slot in (epoch * perEpoch)..<(state.slot - 1) {
        for index in 0..<cached.getCommitteeCountPerSlot(epoch) {
            // The last slot's votes are what the next block brings.
            for validator in try cached.getBeaconCommittee(slot, index) { cached.state.currentEpochParticipation[Int(validator)] = 7 }
        }
    }
    return cached
}

/// A block by the state's own expectations at the state's own slot, with everybody's votes for the last `slots` slots and of the
/// whole sync committee.
private func fullBlock(on state: CachedBeaconState, votesOf slots: UInt64) throws -> BeaconBlock {
    let spec = state.spec
    let slot = state.state.slot
    var block = BeaconBlock(default: spec)
    block.slot = slot
    block.proposerIndex = try state.getBeaconProposerIndex()
    block.parentRoot = state.state.latestBlockHeader.hashTreeRoot(spec)
    block.body.eth1Data = state.state.eth1Data
    block.body.syncAggregate.syncCommitteeBits = Bitvector([Bool](repeating: true, count: Int(spec.preset.syncCommitteeSize)))
    block.body.executionPayload.prevRandao = try state.getRandaoMix(state.currentEpoch)
    block.body.executionPayload.timestamp = try state.computeTimeAtSlot(slot)
    block.body.executionPayload.withdrawals = try state.getExpectedWithdrawals().withdrawals
    for voted in ((slot - slots)..<slot).reversed() {
        let epoch = state.computeEpochAtSlot(voted)
        var members = 0
        var committees = Bitvector(count: Int(spec.preset.maxCommitteesPerSlot))
        for index in 0..<state.getCommitteeCountPerSlot(epoch) {
            committees[Int(index)] = true
            members += try state.getBeaconCommittee(voted, index).count
        }
        block.body.attestations.append(
            Attestation(
                aggregationBits: Bitlist([Bool](repeating: true, count: members)),
                data: AttestationData(
                    slot: voted, index: 0, beaconBlockRoot: try state.getBlockRootAtSlot(voted),
                    source: state.state.currentJustifiedCheckpoint,
                    target: Checkpoint(epoch: epoch, root: try state.getBlockRoot(epoch))),
                signature: BLSSignature(), committeeBits: committees))
    }
    return block
}

/// The keys of the secrets 1, 2, 3 …: one addition a key.
private func publicKeys(_ count: Int) -> [BLSPubkey] {
    let generator = blst_p1_affine_generator().pointee
    var point = blst_p1()
    return (0..<count).map { _ in
        withUnsafePointer(to: generator) { generator in
            withUnsafeMutablePointer(to: &point) { blst_p1_add_or_double_affine($0, $0, generator) }
        }
        var bytes = [UInt8](repeating: 0, count: 48)
        blst_p1_compress(&bytes, &point)
        return BLSPubkey(bytes) ?? BLSPubkey()
    }
}

private func residentMegabytes() -> Double {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
        let kilobytes = Double(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "")
    else { return .nan }
    return kilobytes / 1024
}
