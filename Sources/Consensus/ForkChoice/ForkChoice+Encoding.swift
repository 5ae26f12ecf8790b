import BeaconTypes
import Primitives

extension ForkChoice {
    /// The form in which a fork choice is stored, its first eight bytes.
    private static var formatVersion: UInt64 { 3 }
    /// Before payloads had a status: all blocks were valid.
    private static var versionWithoutStatus: UInt64 { 2 }

    /// All of the fork choice except its settings, for storage.
    public func encoded() -> [UInt8] {
        var writer = StoreWriter()
        writer.write(Self.formatVersion)
        writer.write(genesisTimeMs)
        writer.write(timeMs)
        for checkpoint in [
            justifiedCheckpoint, finalizedCheckpoint, unrealizedJustifiedCheckpoint, unrealizedFinalizedCheckpoint,
        ] {
            writer.write(checkpoint)
        }
        writer.write(proposerBoostRoot)
        writer.write(equivocatingIndices.sorted())
        writer.write(array.count)
        for index in 0..<array.count {
            writer.write(array.nodes[index])
            writer.write(array.timeliness[index].map { $0 ? 1 : 0 } ?? 2)
            writer.write(array.statuses[index] == .valid ? 0 : 1)
        }
        writer.write(latestMessages.count)
        for message in latestMessages {
            writer.write(message?.epoch ?? 0)
            writer.write(message?.position ?? -2)
        }
        writer.write(balances.count)
        for (checkpoint, values) in balances.sorted(by: { ($0.key.epoch, $0.key.root) < ($1.key.epoch, $1.key.root) }) {
            writer.write(checkpoint)
            writer.write(values.effectiveBalances)
            writer.write(values.voteWeights)
            writer.write(values.total)
        }
        return writer.bytes
    }

    /// Reads what `encoded()` wrote. Bytes from elsewhere or of another version are refused.
    public init(decoding bytes: [UInt8], settings: ForkChoiceSettings) throws(ForkChoiceError) {
        var reader = StoreReader(bytes)
        let version = try reader.number()
        guard version == Self.formatVersion || version == Self.versionWithoutStatus else {
            throw .malformedStore("version \(version), expected \(Self.formatVersion)")
        }
        self.settings = settings
        genesisTimeMs = try reader.number()
        timeMs = try reader.number()
        justifiedCheckpoint = try reader.checkpoint()
        finalizedCheckpoint = try reader.checkpoint()
        unrealizedJustifiedCheckpoint = try reader.checkpoint()
        unrealizedFinalizedCheckpoint = try reader.checkpoint()
        proposerBoostRoot = try reader.root()
        equivocatingIndices = Set(try reader.numbers())
        balances = [:]
        try readNodes(&reader, haveStatus: version == Self.formatVersion)
        try readMessages(&reader)
        try readBalances(&reader)
        guard reader.isAtEnd else { throw .malformedStore("bytes are left after the end") }
        guard contains(justifiedCheckpoint.root), balances[justifiedCheckpoint] != nil else {
            throw .unknownCheckpoint(justifiedCheckpoint)
        }
    }

    private mutating func readNodes(_ reader: inout StoreReader, haveStatus: Bool) throws(ForkChoiceError) {
        for index in 0..<(try reader.count(ofSize: 280)) {
            let node = try reader.node()
            guard !contains(node.root), index == 0 || contains(node.parentRoot) else {
                throw .malformedStore("block \(node.root) is doubled or stands before its parent")
            }
            let timeliness = try reader.number()
            let status: PayloadValidationStatus = haveStatus ? try reader.number() == 0 ? .valid : .notValidated : .valid
            array.append(node, isTimely: timeliness == 2 ? nil : timeliness == 1, status: status)
        }
    }

    private mutating func readMessages(_ reader: inout StoreReader) throws(ForkChoiceError) {
        for _ in 0..<(try reader.count(ofSize: 16)) {
            let epoch = try reader.number()
            let position = try reader.integer()
            guard position >= -2, position < array.count else { throw .malformedStore("vote for block number \(position)") }
            latestMessages.append(position == -2 ? nil : LatestMessage(epoch: epoch, position: position))
        }
    }

    private mutating func readBalances(_ reader: inout StoreReader) throws(ForkChoiceError) {
        for _ in 0..<(try reader.count(ofSize: 64)) {
            let checkpoint = try reader.checkpoint()
            balances[checkpoint] = JustifiedBalances(
                effectiveBalances: try reader.numbers(), voteWeights: try reader.numbers(), total: try reader.number())
        }
    }
}

extension StoreWriter {
    mutating func write(_ node: ProtoNode) {
        write(node.root)
        write(node.parentRoot)
        write(node.slot)
        write(node.proposerIndex)
        write(node.executionBlockHash)
        write(node.justified)
        write(node.finalized)
        write(node.unrealizedJustified)
        write(node.unrealizedFinalized)
    }
}

extension StoreReader {
    mutating func node() throws(ForkChoiceError) -> ProtoNode {
        ProtoNode(
            root: try root(), parentRoot: try root(), slot: try number(), proposerIndex: try number(),
            executionBlockHash: try root(), justified: try checkpoint(), finalized: try checkpoint(),
            unrealizedJustified: try checkpoint(), unrealizedFinalized: try checkpoint())
    }
}
