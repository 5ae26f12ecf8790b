import LibP2PProtocols
import PeerIdentity
import Primitives

/// A libp2p key in the data directory.
enum PeerKeyFile {
    /// This node's libp2p key, generated at the first start and kept in `secrets_data/`.
    ///
    /// - Parameter name: trainers beyond the first have keys of their own.
    static func key(datadir: String, name: String = "libp2p") throws -> PeerKeyPair {
        try PeerKeyPair(seed: try seed("\(datadir)/secrets_data/\(name).key"))
    }

    /// The beacon node's own key on Ethereum's consensus network: secp256k1, as its node record needs it.
    static func beaconKey(datadir: String) throws -> Secp256k1PeerKey {
        try Secp256k1PeerKey(seed: try seed("\(datadir)/secrets_data/beacon-secp256k1.key"))
    }

    /// 32 secret bytes, made where there are none.
    private static func seed(_ path: String) throws -> [UInt8] {
        if let known = try read(path) { return known }
        let seed = OwnersFile.secret(32)
        try OwnersFile.write(seed.bareHex.utf8, to: path)
        return seed
    }

    /// The key of a node that has run.
    static func existing(datadir: String) throws -> PeerKeyPair {
        let path = "\(datadir)/secrets_data/libp2p.key"
        guard let key = try read(path).map({ try PeerKeyPair(seed: $0) }) else {
            throw SetupError("\(path) is not there; name the node's folder with --datadir")
        }
        return key
    }

    private static func read(_ path: String) throws -> [UInt8]? {
        guard let text = OwnersFile.text(path) else { return nil }
        do {
            let seed = try [UInt8](hex: text)
            // No seed that one of the kinds of keys refuses.
            _ = (try PeerKeyPair(seed: seed), try Secp256k1PeerKey(seed: seed))
            return seed
        } catch {
            throw SetupError("\(path) is damaged; remove it to get a new libp2p identity")
        }
    }
}
