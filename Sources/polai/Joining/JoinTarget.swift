import BeaconTypes
import ContentNetwork
import Foundation
import Multiformats
import NodeRecords
import Primitives

/// Whose chain to follow: what `--join` names.
enum JoinTarget {
    /// An invite: its genesis root and checkpoint are trusted.
    case invite(Invite)
    /// Places where a node of the chain answers, and the root of its genesis block, if it is known.
    case places([Multiaddr], genesisRoot: Root?)

    /// Reads an invite or a place.
    ///
    /// - Parameters:
    ///   - genesisRoot: `--genesis-root`.
    ///   - isKnown: the node has a chain, and is only told again where it came from.
    init(
        _ text: String, genesisRoot: Root?, isKnown: Bool = false, now: UInt64 = UInt64(Date().timeIntervalSince1970)
    ) throws {
        if text.hasPrefix(Invite.prefix) {
            let invite = try Invite(line: text, now: now, isKnown: isKnown)
            guard genesisRoot == nil || genesisRoot == invite.genesisRoot else {
                throw SetupError("the invite is for the chain \(invite.genesisRoot), not for --genesis-root")
            }
            self = .invite(invite)
        } else {
            let places = try BootstrapAddress.read(text)
            guard !places.isEmpty else { throw SetupError("--join names no place") }
            self = .places(places, genesisRoot: genesisRoot)
        }
    }

    var places: [Multiaddr] {
        switch self {
        case .invite(let invite): invite.addresses
        case .places(let places, _): places
        }
    }

    /// A node of the chain in discovery.
    var record: NodeRecord? {
        guard case .invite(let invite) = self else { return nil }
        return invite.record
    }

    /// The root of the genesis block that the chain must have.
    var genesisRoot: Root? {
        switch self {
        case .invite(let invite): invite.genesisRoot
        case .places(_, let root): root
        }
    }

    /// What must be final in the chain.
    var checkpoint: String? {
        guard case .invite(let invite) = self, invite.checkpoint.epoch > 0 else { return nil }
        return "\(invite.checkpoint.root.hex):\(invite.checkpoint.epoch)"
    }
}
