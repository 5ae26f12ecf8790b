import ArgumentParser
import Foundation
import KeyValueStore
import Primitives
import SlashingProtection
import ValidatorClient

/// `polai slashing-protection`: EIP-3076 interchange.
struct SlashingProtectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slashing-protection", abstract: "Carry the record of what validators signed from one client to another (EIP-3076).",
        subcommands: [Export.self, Import.self])

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write the record as an interchange file. Stop the node first, and never start it here again.")

        @OptionGroup var place: ProtectionPlace

        @Option(help: "File to write.")
        var output = "slashing_protection.json"

        @Flag(help: "Only the highest marks, which refuse more and fit a few lines.")
        var minimal = false

        func run() throws {
            let store = try place.store()
            defer { store.close() }
            guard let chain = try ProtectionDatabase.chain(of: store) else {
                throw SetupError("nothing was ever signed with the database in \(place.datadir)")
            }
            var history = try ProtectionDatabase(store, genesisValidatorsRoot: chain).histories()
            if minimal { history.minimize() }
            try OwnersFile.write(history.interchange, to: output)
            print("\(history.validators.count) validators of chain \(chain.hex): \(output)")
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Merge an interchange file into the record. Stop the node first.",
            discussion: "What the file holds is added; nothing recorded here is lost. A file of another chain is refused.")

        @Argument(help: "Interchange file of the client that signed before.")
        var file: String

        @OptionGroup var place: ProtectionPlace

        func run() throws {
            guard let data = FileManager.default.contents(atPath: file) else { throw SetupError("cannot read \(file)") }
            let imported = try ProtectionHistory(interchange: data)
            let store = try place.store()
            defer { store.close() }
            let chain = try ProtectionDatabase.chain(of: store) ?? imported.genesisValidatorsRoot
            try ProtectionDatabase(store, genesisValidatorsRoot: chain).merge(imported)
            print("\(imported.validators.count) validators of chain \(chain.hex) merged into \(place.folder)")
        }
    }
}

/// Where the protection database lies.
struct ProtectionPlace: ParsableArguments {
    @Option(help: "Data directory of the node or the validator client.")
    var datadir = "."

    var folder: String { Self.folder(datadir) }

    func store() throws -> KeyValueStore { try Self.open(datadir) }

    static func folder(_ datadir: String) -> String { "\(datadir)/secrets_data/slashing_protection" }

    /// Opens the database, whose folder only its owner may enter.
    static func open(_ datadir: String) throws -> KeyValueStore {
        try Databases.make("secrets_data", in: datadir)
        return try KeyValueStore(directory: folder(datadir), tables: ProtectionDatabase.tables)
    }
}
