import ChainStore
import ExecutionChain
import Foundation
import JSON
import KeyValueStore

/// A data directory that holds an ordinary Ethereum chain: `chain_data/genesis.json`, with which it began, and `chain_data/geth`.
struct ChainFolder {
    let genesis: Genesis
    let store: KeyValueStore

    static func genesisPath(_ datadir: String) -> String { "\(datadir)/chain_data/genesis.json" }

    /// - Parameters:
    ///   - genesisFile: in geth's format; `nil` for the one that the folder has from before.
    ///   - check: whether the chain is one for the caller, before anything is written.
    init(datadir: String, genesisFile: String?, check: (Genesis) throws -> Void = { _ in }) throws {
        let kept = Self.genesisPath(datadir)
        let path = genesisFile ?? kept
        guard let text = FileManager.default.contents(atPath: path) else {
            throw SetupError(
                genesisFile == nil
                    ? "\(datadir) holds no chain: give its genesis with `polai import --genesis genesis.json`" : "cannot read \(path)")
        }
        genesis = try Genesis(text.withUnsafeBytes { try JSONValue(parsing: $0) })
        try check(genesis)
        do {
            try FileManager.default.createDirectory(atPath: "\(datadir)/chain_data", withIntermediateDirectories: true)
        } catch {
            throw SetupError("cannot create \(datadir)/chain_data: \(error.localizedDescription)")
        }
        store = try KeyValueStore(directory: "\(datadir)/chain_data/geth", tables: ExecutionStore.tables)
        guard genesisFile != nil, path != kept, !FileManager.default.fileExists(atPath: kept) else { return }
        guard FileManager.default.createFile(atPath: kept, contents: text) else { throw SetupError("cannot write \(kept)") }
    }
}
