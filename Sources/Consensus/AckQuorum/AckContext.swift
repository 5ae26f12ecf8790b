import BLS
public import BeaconTypes
public import Primitives
public import SSZ

/// What judging the votes of one slot takes from the chain.
public struct AckContext: Sendable {
    /// `get_block_root_at_slot(state, slot)`.
    public let anchorRoot: Root
    /// `get_randao_mix(state, slot's epoch)`: after the slot's block.
    public let revealMix: Bytes32
    /// The slot's committee in committee order.
    public let members: [ValidatorIndex]
    /// The members' public keys, in the same order.
    public let publicKeys: [BLSPubkey]
    /// `learning.ai_quorum`.
    public let quorumSetting: UInt64
    /// The domain of the inner signatures on the slot's acks.
    public let domain: Domain
    public let spec: BeaconSpec

    public init(
        anchorRoot: Root, revealMix: Bytes32 = .zero, members: [ValidatorIndex], publicKeys: [BLSPubkey], quorumSetting: UInt64,
        domain: Domain, spec: BeaconSpec
    ) {
        self.anchorRoot = anchorRoot
        self.revealMix = revealMix
        self.members = members
        self.publicKeys = publicKeys
        self.quorumSetting = quorumSetting
        self.domain = domain
        self.spec = spec
    }

    /// Votes needed, see `AckQuorumRule.quorum`.
    public var quorum: UInt64 { AckQuorumRule.quorum(committeeSize: UInt64(members.count), setting: quorumSetting) }

    /// What members sign.
    public var signing: UpdateAckSigning { UpdateAckSigning(domain: domain, spec: spec) }

    /// What a member's inner signature is over.
    public func signingRoot(_ statement: AckStatement) -> Root { signing.statementRoot(statement) }

    /// Whether the vote's outer signature is that of the member in `seat`: everybody can tell.
    public func verify(_ vote: SignedUpdateAck, seat: Int) -> Bool {
        guard publicKeys.indices.contains(seat) else { return false }
        return BLS.verify(publicKey: publicKeys[seat], message: signing.sealRoot(vote), signature: vote.signature)
    }

    /// Whether the vote's inner signature is over these losses: its member knew them when it signed, by its gate or because it was told.
    public func opens(_ vote: SignedUpdateAck, seat: Int, lossesRoot: Bytes32) -> Bool {
        guard publicKeys.indices.contains(seat) else { return false }
        let statement = AckStatement(ack: vote.message, lossesRoot: lossesRoot)
        return BLS.verify(publicKey: publicKeys[seat], message: signingRoot(statement), signature: vote.innerSignature)
    }

    /// The keys of the members whose bits are set.
    public func publicKeys(at bits: Bitlist) -> [BLSPubkey] {
        var selected: [BLSPubkey] = []
        for seat in 0..<min(bits.count, publicKeys.count) where bits[seat] { selected.append(publicKeys[seat]) }
        return selected
    }
}
