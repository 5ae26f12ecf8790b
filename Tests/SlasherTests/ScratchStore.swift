import Foundation
import KeyValueStore
import Slasher

/// A slasher's database of its own, gone with the test.
final class ScratchStore: Sendable {
    let path = FileManager.default.temporaryDirectory.appending(path: "slasher-\(UUID().uuidString)").path
    let store: KeyValueStore

    init() throws {
        var options = KeyValueStore.Options()
        options.durability = .unsynced
        store = try KeyValueStore(directory: path, tables: Slasher.tables, options: options)
    }

    deinit {
        store.close()
        try? FileManager.default.removeItem(atPath: path)
    }
}
