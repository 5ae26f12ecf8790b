import ChainStore
import DHTDaemon
import Foundation
import KeyValueStore
import LearningStore
import ValidatorClient

/// The databases of a data directory.
struct Databases {
    let execution: KeyValueStore
    let beacon: KeyValueStore
    let protection: KeyValueStore
    let dht: KeyValueStore
    let learning: KeyValueStore

    init(datadir: String) throws {
        for folder in ["chain_data", "dht_db", "secrets_data"] { try Self.make(folder, in: datadir) }
        execution = try Self.execution(datadir: datadir)
        beacon = try Self.beacon(datadir: datadir)
        protection = try KeyValueStore(directory: "\(datadir)/secrets_data/slashing_protection", tables: ProtectionDatabase.tables)
        dht = try KeyValueStore(directory: "\(datadir)/dht_db", tables: DHTDaemon.tables)
        learning = try Self.learning(datadir: datadir)
    }
}

/// The databases of one role alone: each has its own, and opens no other's.
extension Databases {
    static func execution(datadir: String) throws -> KeyValueStore {
        try KeyValueStore(directory: "\(datadir)/\(make("chain_data", in: datadir))/geth", tables: ExecutionStore.tables)
    }

    static func beacon(datadir: String) throws -> KeyValueStore {
        try KeyValueStore(directory: "\(datadir)/\(make("chain_data", in: datadir))/beacon", tables: BeaconStore.tables)
    }

    static func learning(datadir: String) throws -> KeyValueStore {
        try KeyValueStore(directory: "\(datadir)/\(make("chain_data", in: datadir))/learning", tables: LearningStore.tables)
    }

    /// What a role that is a peer of its own keeps of the network, and where.
    static func network(of role: String, datadir: String) throws -> (store: KeyValueStore, folder: String) {
        let folder = "\(datadir)/\(try make("chain_data", in: datadir))/network-\(role)"
        return (try KeyValueStore(directory: folder, tables: DHTDaemon.tables), folder)
    }

    /// Makes a folder of the data directory.
    ///
    /// - Returns: its name.
    @discardableResult
    static func make(_ folder: String, in datadir: String) throws -> String {
        let path = "\(datadir)/\(folder)"
        do {
            if folder == "secrets_data" {
                try OwnersFile.makeFolder(path)
            } else {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
        } catch {
            throw SetupError("cannot create \(path): \(error.localizedDescription)")
        }
        return folder
    }
}
