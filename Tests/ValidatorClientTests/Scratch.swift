import TestSupport
import BeaconTypes
import KeyValueStore
import Primitives
import ValidatorClient

func root(_ byte: UInt8) -> Hash32 { SHA256.hash([byte]) }
let testChain = root(200)

/// A directory of its own, gone with the test.
final class Scratch: Sendable {
    private let folder = TemporaryFolder()
    var path: String { folder.path }

    func store() throws -> KeyValueStore { try KeyValueStore(directory: path, tables: ProtectionDatabase.tables) }

    /// Opens the database, hands it over and closes it, as one life of the process does.
    func life(chain: Root = testChain, _ body: (ProtectionDatabase) throws -> Void) throws {
        let store = try store()
        defer { store.close() }
        try body(ProtectionDatabase(store, genesisValidatorsRoot: chain))
    }
}
