import ArgumentParser
import BeaconTypes
import Foundation
import Logging
import RemoteBeaconNode

/// Where a node starts, and by which configuration.
struct SyncOptions: ParsableArguments {
    @Option(help: "Start an empty data directory from the finalised state of this node: its REST address, http://host:3500.")
    var checkpointSyncUrl: String?

    @Option(help: "The checkpoint that --checkpoint-sync-url must give, as root:epoch from somebody you trust.")
    var weakSubjectivityCheckpoint: String?

    @Option(help: "Chain configuration: lines 'NAME: value' with the official names; fixed in genesis.")
    var chainConfigFile: String?

    func validate() throws {
        guard weakSubjectivityCheckpoint == nil || checkpointSyncUrl != nil else {
            throw ValidationError("--weak-subjectivity-checkpoint needs --checkpoint-sync-url")
        }
        if let weakSubjectivityCheckpoint { try refusing { try Checkpoint(weakSubjectivity: weakSubjectivityCheckpoint) } }
    }

    /// What to sync from, if told.
    func checkpointSync(_ spec: BeaconSpec, logger: Logger) throws -> (any CheckpointOrigin)? {
        guard let checkpointSyncUrl else { return nil }
        return CheckpointSync(
            from: try RESTBlockSource(url: checkpointSyncUrl, spec: spec, logger: logger),
            trusted: try weakSubjectivityCheckpoint.map(Checkpoint.init(weakSubjectivity:)))
    }

    /// `base` with the values of the configuration file.
    func configuration(_ base: ChainConfig) throws -> ChainConfig {
        guard let chainConfigFile else { return base }
        guard let data = FileManager.default.contents(atPath: chainConfigFile) else {
            throw SetupError("cannot read the chain configuration \(chainConfigFile)")
        }
        do {
            return try base.reading(String(decoding: data, as: UTF8.self))
        } catch {
            throw SetupError("\(chainConfigFile): \(error)")
        }
    }

    /// The values that the configuration file changes, by name; `nil` for none.
    func changes(_ base: ChainConfig) throws -> [String: String]? {
        let before = Dictionary(base.namedValues.map { ($0.name, $0.value) }) { first, _ in first }
        let changed = try configuration(base).namedValues.filter { before[$0.name] != $0.value }
        return changed.isEmpty ? nil : Dictionary(changed.map { ($0.name, $0.value) }) { first, _ in first }
    }
}
