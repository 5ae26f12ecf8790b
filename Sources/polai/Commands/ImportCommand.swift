import ArgumentParser
import ExecutionChain
import ExecutionNode
import Foundation
import KeyValueStore
import Primitives
import RLP

/// `polai import`: blocks of an ordinary chain from a file.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Execute the blocks of RLP files and keep the chain (the shape of geth import).",
        discussion: """
            Blocks that are there already are passed over, so that an import that broke off goes on where it was.

            Example:
              polai import --datadir D --genesis genesis.json chain.rlp
            """)

    @Option(help: "Data directory of the chain.")
    var datadir = "."

    @Option(help: "Genesis file in geth's format; needed the first time.")
    var genesis: String?

    @Flag(help: "Do not check the work of blocks before the merge.")
    var fakepow = false

    @Argument(help: "Files of blocks, one RLP item behind the other.")
    var files: [String]

    func run() throws {
        let folder = try ChainFolder(datadir: datadir, genesisFile: genesis)
        defer { folder.store.close() }
        var chain = try ChainImport(genesis: folder.genesis, store: folder.store, checksWork: !fakepow)
        try folder.keepGenesis(head: chain.head)
        var (added, known) = (0, 0)
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else { throw SetupError("cannot read \(file)") }
            var decoder = try RLPDecoder([UInt8](data))
            while !decoder.isAtEnd {
                let block = try Block(encoded: Array(try decoder.encodedItem()))
                do {
                    if try chain.add(block) { added += 1 } else { known += 1 }
                } catch let error as BlockError {
                    throw SetupError("\(file): block \(block.header.number) \(block.hash.hex): \(error)")
                }
            }
        }
        // Nothing is ever final where work decides.
        if !folder.genesis.config.isWorkOnly { try chain.finalizeHead() }
        print("imported \(added) blocks, \(known) known; head \(chain.head.number) \(chain.head.hash.hex)")
    }
}
