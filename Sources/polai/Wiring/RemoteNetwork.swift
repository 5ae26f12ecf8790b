import AckRecords
import BeaconTypes
import BeaconWire
import ContentNetwork
import ContentRouting
import HTTPDoor
import Logging
import PeerIdentity
import Primitives
import RemoteBeaconNode
import ServiceInterfaces
import StateTransition
import Synchronization

extension DHTRole {
    /// A place of its own in the network for a role beside a beacon node in another process, which says who the validators are.
    ///
    /// - Parameter role: the name of its database and of its key.
    static func beside(
        _ node: RemoteBeaconNode, role: String, datadir: String, address: ListenAddress, peers: PeerSettings
    ) async throws -> (network: DHTRole, key: PeerKeyPair) {
        try Databases.make("secrets_data", in: datadir)
        let stored = try Databases.network(of: role, datadir: datadir)
        let key = try PeerKeyFile.key(datadir: datadir, name: role)
        let fork = await node.fork(at: 0)
        let registry = KnownKeys(node)
        let validator = AckRecordValidator(
            spec: node.spec, domain: computeDomain(Constant.domainUpdateAck, fork.currentVersion, node.genesisValidatorsRoot)
        ) { await registry.key(of: $0) }
        let network = DHTRole(
            store: stored.store, validator: validator, key: key, address: address, peers: peers,
            topics: .chain(ForkDigest(version: fork.currentVersion, genesisValidatorsRoot: node.genesisValidatorsRoot)),
            folder: stored.folder)
        return (network, key)
    }
}

/// Validators' keys as a beacon node tells them. A key never changes, so that it is asked for once.
private actor KnownKeys {
    private let node: RemoteBeaconNode
    private var keys: [ValidatorIndex: BLSPubkey] = [:]

    init(_ node: RemoteBeaconNode) { self.node = node }

    func key(of index: ValidatorIndex) async -> BLSPubkey? {
        if let known = keys[index] { return known }
        guard let key = try? await node.publicKey(of: index) else { return nil }
        keys[index] = key
        return key
    }
}
