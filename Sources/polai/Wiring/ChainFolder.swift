import ChainStore
import ExecutionChain
import Foundation
import JSON
import KeyValueStore

/// A data directory that holds an ordinary Ethereum chain: `chain_data/genesis.json`, with which it began, and `chain_data/geth`.
struct ChainFolder {
    let genesis: Genesis
    let store: KeyValueStore
    private let kept: String
    /// A genesis file from elsewhere.
    private let given: Data?

    static func genesisPath(_ datadir: String) -> String { "\(datadir)/chain_data/genesis.json" }

    /// - Parameters:
    ///   - genesisFile: in geth's format; `nil` for the one that the folder has from before.
    ///   - check: whether the chain is one for the caller, before anything is written.
    init(datadir: String, genesisFile: String?, check: (Genesis) throws -> Void = { _ in }) throws {
        let own = Self.genesisPath(datadir)
        let path = genesisFile ?? own
        guard let text = FileManager.default.contents(atPath: path) else {
            throw SetupError(
                genesisFile == nil
                    ? "\(datadir) holds no chain: give its genesis with `polai import --genesis genesis.json`" : "cannot read \(path)")
        }
        genesis = try Self.genesis(text)
        (kept, given) = (own, genesisFile == nil ? nil : text)
        try check(genesis)
        do {
            try FileManager.default.createDirectory(atPath: "\(datadir)/chain_data", withIntermediateDirectories: true)
        } catch {
            throw SetupError("cannot create \(datadir)/chain_data: \(error.localizedDescription)")
        }
        store = try KeyValueStore(directory: "\(datadir)/chain_data/geth", tables: ExecutionStore.tables)
    }

    private static func genesis(_ text: Data) throws -> Genesis { try Genesis(text.withUnsafeBytes { try JSONValue(parsing: $0) }) }

    /// Keeps the genesis file that was given, for later starts. To be called once the store was opened with it and so was found to begin
    /// with its block: rules may be others from now on, not for blocks that are there.
    ///
    /// - Parameter head: the newest block of the store.
    func keepGenesis(head: BlockHeader) throws {
        guard let given else { return }
        if let old = FileManager.default.contents(atPath: kept).flatMap({ try? Self.genesis($0) }) {
            guard old != genesis else { return }
            if let member = old.config.change(to: genesis.config, before: head) {
                throw SetupError(
                    "the genesis file changes \(member) for blocks that are here, up to \(head.number); use \(kept), or another --datadir")
            }
        }
        do {
            try given.write(to: URL(fileURLWithPath: kept), options: .atomic)
        } catch {
            throw SetupError("cannot write \(kept): \(error.localizedDescription)")
        }
    }
}
