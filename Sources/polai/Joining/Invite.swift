import BeaconTypes
import Foundation
import Multiformats
import NodeRecords
import PeerIdentity
import Primitives

/// One line that lets somebody join a chain: which chain, what of it is final, and where its nodes are, signed by one of them.
///
/// Whoever joins by it trusts the way by which the line came, and the node that wrote it, in this and nothing more: genesis is checked against the root, the chain
/// against the checkpoint, and everything else by the rules.
struct Invite: Equatable {
    /// What the line begins with.
    static let prefix = "polai-invite:"
    /// The longest line that is read.
    static let maximumLength = 8192
    static let maximumAddresses = 16
    /// How long a line is good for: what was final then still is, but its addresses, and the checkpoint's worth, age.
    static let lifetime: UInt64 = 14 * 86_400
    /// By how much the clocks of two machines may differ.
    static let clockTolerance: UInt64 = 3600
    private static let domain = "polai-invite"
    private static let payloadType = Array("/polai/invite".utf8)

    /// `CONFIG_NAME` of the chain.
    var network: String
    /// Root of the genesis block.
    var genesisRoot: Root
    /// What was finalised when the line was written.
    var checkpoint: Checkpoint
    /// Where nodes of the chain can be dialled, each with its `/p2p/`.
    var addresses: [Multiaddr]
    /// The node's beacon node in discovery, where it takes part: nodes of the chain are found from there also when none of the
    /// addresses answers any more.
    var record: NodeRecord?
    /// When the line was written, in Unix seconds.
    var time: UInt64

    /// Why a line is refused.
    enum Refused: Error, Equatable, CustomStringConvertible {
        case damaged(String)
        case foreign(String)
        case stale(days: UInt64)
        case future

        var description: String {
            switch self {
            case .damaged(let what): "the invite is damaged: \(what); copy the whole line that 'polai invite' printed"
            case .foreign(let what): "the invite is for another network: \(what)"
            case .stale(let days): "the invite is \(days) days old, and good for \(Invite.lifetime / 86_400); ask for a new one"
            case .future: "the invite was written in the future; set this machine's clock"
            }
        }
    }

    /// What is signed, as JSON.
    private struct Payload: Codable {
        var network: String
        var genesis: String
        var epoch: UInt64
        var root: String
        var addresses: [String]
        var enr: String?
        var time: UInt64
    }

    init(network: String, genesisRoot: Root, checkpoint: Checkpoint, addresses: [Multiaddr], record: NodeRecord? = nil, time: UInt64) {
        (self.network, self.genesisRoot, self.checkpoint) = (network, genesisRoot, checkpoint)
        (self.addresses, self.record, self.time) = (addresses, record, time)
    }

    /// Reads and verifies a line.
    ///
    /// - Parameters:
    ///   - now: Unix seconds.
    ///   - isKnown: the chain is here already, so that the line need not be fresh.
    init(line: String, now: UInt64, isKnown: Bool = false) throws(Refused) {
        let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count <= Self.maximumLength else { throw .damaged("over \(Self.maximumLength) characters") }
        guard text.hasPrefix(Self.prefix) else { throw .damaged("it does not begin with \(Self.prefix)") }
        guard let bytes = Base64URL.decode(text.dropFirst(Self.prefix.count)) else { throw .damaged("a character is wrong or missing") }
        let envelope: SignedEnvelope
        do {
            envelope = try SignedEnvelope(bytes: bytes, domain: Self.domain, payloadType: Self.payloadType)
        } catch {
            throw .damaged("\(error)")
        }
        guard let payload = try? JSONDecoder().decode(Payload.self, from: Data(envelope.payload)),
            let genesis = try? Root(hex: payload.genesis), let root = try? Root(hex: payload.root)
        else { throw .damaged("its fields cannot be read") }
        guard payload.network == ChainConfig.pol.configName else {
            throw .foreign("'\(payload.network.prefix(40))', where this program follows '\(ChainConfig.pol.configName)'")
        }
        let addresses = payload.addresses.prefix(Self.maximumAddresses).compactMap { try? Multiaddr($0) }
        guard !addresses.isEmpty, addresses.allSatisfy({ $0.value(.p2p) != nil }) else { throw .damaged("it names no address") }
        let signer = envelope.publicKey.peerID.multihash.bytes
        guard addresses.contains(where: { $0.value(.p2p) == signer }) else { throw .damaged("none of its addresses is its signer's") }
        var record: NodeRecord?
        if let text = payload.enr {
            do throws(NodeRecordError) { record = try NodeRecord(text: text) } catch { throw .damaged("\(error)") }
        }
        guard payload.time <= now + Self.clockTolerance else { throw .future }
        guard isKnown || payload.time + Self.lifetime >= now else { throw .stale(days: (now - payload.time) / 86_400) }
        self.init(
            network: payload.network, genesisRoot: genesis, checkpoint: Checkpoint(epoch: payload.epoch, root: root), addresses: addresses,
            record: record, time: payload.time)
    }

    /// The line, signed with a node's libp2p key.
    func line(key: PeerKeyPair) throws -> String {
        let payload = Payload(
            network: network, genesis: genesisRoot.hex, epoch: checkpoint.epoch, root: checkpoint.root.hex,
            addresses: addresses.prefix(Self.maximumAddresses).map(\.description), enr: record?.text, time: time)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let envelope = try SignedEnvelope(
            domain: Self.domain, payloadType: Self.payloadType, payload: Array(encoder.encode(payload)), key: key)
        return Self.prefix + Base64URL.encode(envelope.bytes)
    }
}
