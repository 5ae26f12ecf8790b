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
        let manager = FileManager.default
        for folder in ["chain_data", "dht_db", "secrets_data"] {
            do {
                try manager.createDirectory(atPath: "\(datadir)/\(folder)", withIntermediateDirectories: true)
            } catch {
                throw SetupError("cannot create \(datadir)/\(folder): \(error.localizedDescription)")
            }
        }
        try? manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(datadir)/secrets_data")
        execution = try KeyValueStore(directory: "\(datadir)/chain_data/geth", tables: ExecutionStore.tables)
        beacon = try KeyValueStore(directory: "\(datadir)/chain_data/beacon", tables: BeaconStore.tables)
        protection = try KeyValueStore(directory: "\(datadir)/secrets_data/slashing_protection", tables: ProtectionDatabase.tables)
        dht = try KeyValueStore(directory: "\(datadir)/dht_db", tables: DHTDaemon.tables)
        learning = try KeyValueStore(directory: "\(datadir)/chain_data/learning", tables: LearningStore.tables)
    }
}
