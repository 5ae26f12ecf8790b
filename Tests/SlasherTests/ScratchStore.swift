import TestSupport
import KeyValueStore
import Slasher

/// A slasher's database of its own, gone with the test.
final class ScratchStore: Sendable {
    private let folder = TemporaryFolder()
    var path: String { folder.path }
    let store: KeyValueStore

    init() throws {
        var options = KeyValueStore.Options()
        options.durability = .unsynced
        store = try KeyValueStore(directory: folder.path, tables: Slasher.tables, options: options)
    }

    deinit { store.close() }
}
