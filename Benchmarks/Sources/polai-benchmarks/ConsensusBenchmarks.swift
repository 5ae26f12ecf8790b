import BLS
import BeaconTypes
import EngineTypes
import Foundation
import ForkChoice
import Primitives
import SSZ
import StateTransition

/// The state transition of 16,384 validators by both official presets, replay of a small net, and the fork choice's head.
func measureConsensus(_ table: inout Table, samples: Int, count: Int = 16_384) throws {
    let keys = try (0..<count).map { index in
        try SecretKey(bytes: [0] + SHA256.hash(Array("benchmark \(index)".utf8)).bytes.dropFirst()).publicKey.bytes
    }
    for (name, spec) in [("minimal", BeaconSpec.minimal), ("mainnet", BeaconSpec.mainnet)] {
        try measureTransition(&table, name, try genesis(spec, keys), samples: samples)
    }
    try measureReplay(&table, keys: Array(keys.prefix(4)), samples: samples)
    try measureHead(&table, samples: samples)
    table.add("resident memory at the end", residentMegabytes(), "MB")
}

private func genesis(_ spec: BeaconSpec, _ keys: [BLSPubkey]) throws -> CachedBeaconState {
    var header = ExecutionPayloadHeader(default: spec)
    header.timestamp = 1_700_000_000
    header.blockHash = SHA256.hash([1])
    header.difficulty = 1000
    return try CachedBeaconState.genesisState(
        spec: spec,
        validators: keys.map { GenesisValidator(pubkey: $0, withdrawalAddress: .zero, balance: spec.preset.minActivationBalance) },
        genesisTime: header.timestamp, executionHeader: header)
}

/// A block with attestations of all committees of the last slots and a full sync aggregate, and an epoch's end.
private func measureTransition(_ table: inout Table, _ name: String, _ genesis: CachedBeaconState, samples: Int) throws {
    let perEpoch = genesis.spec.preset.slotsPerEpoch
    var base = genesis
    // Blocks with votes through three epochs, so that flags, justification and rewards are those of a live chain
    while base.state.slot < perEpoch * 3 + perEpoch / 2 {
        let block = try makeBlock(on: base, slot: base.state.slot + 1)
        try base.stateTransition(SignedBeaconBlock(message: block, signature: BLSSignature()), strategy: .trusted)
    }
    guard base.state.currentJustifiedCheckpoint.epoch == 2, base.state.balances[0] != genesis.state.balances[0] else {
        throw BenchmarkError("the \(name) chain does not live: epoch \(base.state.currentJustifiedCheckpoint.epoch) is justified")
    }
    let block = try makeBlock(on: base, slot: base.state.slot + 1)
    var ready = base
    try ready.processSlots(to: block.slot)
    try ready.warmCaches()
    let signed = SignedBeaconBlock(message: block, signature: BLSSignature())
    var whole: [Double] = []
    var root: [Double] = []
    var epoch: [Double] = []
    for _ in 0..<max(samples, 5) {
        var state = ready
        whole.append(try seconds { try state.applyBlock(signed, strategy: .trusted) })
        // The same block's changes hashed again: the state without the block's root, hashed once more
        var changed = ready
        changed.state = state.state
        changed.state.latestBlockHeader.bodyRoot = SHA256.hash([2])
        root.append(seconds { keep(changed.hashTreeRoot()) })
        var last = state
        let end = (last.state.slot / perEpoch + 1) * perEpoch
        if last.state.slot < end - 1 { try last.processSlots(to: end - 1) }
        keep(last.hashTreeRoot())
        epoch.append(try seconds { try last.processSlots(to: end) })
    }
    let members = block.body.attestations.reduce(0) { $0 + $1.aggregationBits.setCount }
    table.add(
        "\(name), 16,384 validators: block, no BLS, with root", median(whole) * 1e3, "ms",
        note: "\(block.body.attestations.count) attestations of \(members) votes")
    table.add("\(name): state root after one field", median(root) * 1e3, "ms")
    table.add("\(name): epoch transition, two state roots incl.", median(epoch) * 1e3, "ms")
}

/// A block by the state's own expectations, with everybody's votes for the last slots.
private func makeBlock(on base: CachedBeaconState, slot: Slot) throws -> BeaconBlock {
    let spec = base.spec
    var pre = base
    try pre.processSlots(to: slot)
    try pre.warmCaches()
    var block = BeaconBlock(default: spec)
    block.slot = slot
    block.proposerIndex = try pre.getBeaconProposerIndex()
    block.parentRoot = pre.state.latestBlockHeader.hashTreeRoot(spec)
    block.body.eth1Data = pre.state.eth1Data
    block.body.syncAggregate.syncCommitteeBits = Bitvector(
        [Bool](repeating: true, count: Int(spec.preset.syncCommitteeSize)))
    let parent = pre.state.latestExecutionPayloadHeader
    var payload = ExecutionPayload(default: spec)
    payload.parentHash = parent.blockHash
    payload.prevRandao = try pre.getRandaoMix(pre.currentEpoch)
    payload.blockNumber = parent.blockNumber + 1
    payload.timestamp = try pre.computeTimeAtSlot(slot)
    payload.blockHash = SHA256.hash(parent.blockHash.bytes)
    payload.withdrawals = try pre.getExpectedWithdrawals().withdrawals
    if spec.fork == .pol {
        payload.extraData = PolExtraData.bytes(parentHash: parent.blockHash, updateID: .zero)
        payload.difficulty = try pre.expectedDifficulty(
            parentDifficulty: parent.difficulty, parentTimestamp: parent.timestamp, timestamp: payload.timestamp)
    }
    block.body.executionPayload = payload
    let oldest = max(1, slot - min(slot - 1, spec.preset.maxAttestationsElectra))
    for voted in (oldest..<slot).reversed() {
        if let attestation = try everybody(voting: voted, on: pre) { block.body.attestations.append(attestation) }
    }
    block.stateRoot = try pre.computeNewStateRoot(block)
    return block
}

private func everybody(voting slot: Slot, on pre: CachedBeaconState) throws -> Attestation? {
    let perEpoch = pre.spec.preset.slotsPerEpoch
    let epoch = slot / perEpoch
    guard epoch + 1 >= pre.currentEpoch else { return nil }
    var bits: [Bool] = []
    var committees = Bitvector(count: Int(pre.spec.preset.maxCommitteesPerSlot))
    for index in 0..<pre.getCommitteeCountPerSlot(epoch) {
        committees[Int(index)] = true
        bits += [Bool](repeating: true, count: try pre.getBeaconCommittee(slot, index).count)
    }
    let source = epoch == pre.currentEpoch ? pre.state.currentJustifiedCheckpoint : pre.state.previousJustifiedCheckpoint
    return Attestation(
        aggregationBits: Bitlist(bits),
        data: AttestationData(
            slot: slot, index: 0, beaconBlockRoot: try pre.getBlockRootAtSlot(slot), source: source,
            target: Checkpoint(epoch: epoch, root: try pre.getBlockRootAtSlot(epoch * perEpoch))),
        signature: BLSSignature(), committeeBits: committees)
}

/// Blocks of our fork with four validators, replayed as a node does at its start: signatures were verified before.
private func measureReplay(_ table: inout Table, keys: [BLSPubkey], samples: Int, blocks: Int = 400) throws {
    var tip = try genesis(.pol, keys)
    let start = tip
    var chain: [SignedBeaconBlock] = []
    for slot in 1...UInt64(blocks) {
        let block = SignedBeaconBlock(message: try makeBlock(on: tip, slot: slot), signature: BLSSignature())
        try tip.stateTransition(block, strategy: .trusted)
        chain.append(block)
    }
    var rates: [Double] = []
    for _ in 0..<samples {
        var state = start
        let time = try seconds { for block in chain { try state.stateTransition(block, strategy: .trusted) } }
        rates.append(Double(blocks) / time)
    }
    table.add("pol, 4 validators: replay with state roots", median(rates), "blocks/s")
}

/// `get_head` over a tree of 10,000 blocks with a fork at every tenth, and 16,384 votes.
private func measureHead(_ table: inout Table, samples: Int, count: Int = 10_000) throws {
    let settings = ForkChoiceSettings(.mainnet)
    let balances = JustifiedBalances(
        effectiveBalances: [Gwei](repeating: 32_000_000_000, count: 16_384), voteWeights: [Gwei](repeating: 32_000_000_000, count: 16_384),
        minimumTotal: settings.effectiveBalanceIncrement)
    func root(_ number: Int) -> Root { SHA256.hash(withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0) }) }
    let anchor = Checkpoint(epoch: 0, root: root(0))
    func node(_ number: Int, parent: Int) -> ProtoNode {
        ProtoNode(
            root: root(number), parentRoot: number == 0 ? .zero : root(parent), slot: Slot(number), proposerIndex: 0,
            executionBlockHash: .zero, justified: anchor, finalized: anchor, unrealizedJustified: anchor, unrealizedFinalized: anchor)
    }
    var store = ForkChoice(anchor: node(0, parent: 0), genesisTime: 0, balances: balances, settings: settings)
    store.onTick(timeMs: UInt64(count + 2) * settings.slotDurationMs)
    for number in 1..<count {
        try store.onBlock(node(number, parent: number % 10 == 5 ? max(0, number - 2) : number - 1)) { _ in nil }
    }
    for validator in 0..<UInt64(16_384) {
        let slot = count - 1 - Int(validator % 64)
        let epoch = UInt64(slot) / settings.slotsPerEpoch
        guard let target = store.checkpointBlock(of: root(slot), epoch: epoch) else { continue }
        try store.onAttestation(
            IndexedAttestation(
                attestingIndices: [validator],
                data: AttestationData(
                    slot: Slot(slot), index: 0, beaconBlockRoot: root(slot), source: anchor, target: Checkpoint(epoch: epoch, root: target)),
                signature: BLSSignature()), isFromBlock: true)
    }
    var times: [Double] = []
    for _ in 0..<max(samples, 20) { times.append(try seconds { keep(try store.getHead()) }) }
    table.add("get_head, 10,000 blocks, 16,384 votes", median(times) * 1e3, "ms")
}

private func residentMegabytes() -> Double {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
        let kilobytes = Double(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "")
    else { return .nan }
    return kilobytes / 1024
}
