import ArgumentParser
import ExecutionChain
import ExecutionNode
import Foundation
import KeyValueStore

/// `polai export`: the blocks of an ordinary chain as a file.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a chain's blocks to a file, as RLP (the shape of geth export).")

    @Option(help: "Data directory of the chain.")
    var datadir = "."

    @Argument(help: "File to write.")
    var file: String

    @Argument(help: "Number of the first block.")
    var first: UInt64 = 1

    @Argument(help: "Number of the last block (default: the newest).")
    var last: UInt64?

    func run() throws {
        let folder = try ChainFolder(datadir: datadir, genesisFile: nil)
        defer { folder.store.close() }
        let chain = try ChainImport(genesis: folder.genesis, store: folder.store)
        let last = min(last ?? .max, chain.head.number)
        guard first <= last else { throw ValidationError("there is no block from \(first) to \(last)") }
        guard FileManager.default.createFile(atPath: file, contents: nil), let output = FileHandle(forWritingAtPath: file) else {
            throw SetupError("cannot write \(file)")
        }
        defer { try? output.close() }
        for number in first...last {
            guard let block = try chain.block(number) else { throw SetupError("block \(number) is missing") }
            try output.write(contentsOf: Data(block.encoded))
        }
        print("exported blocks \(first) to \(last): \(file)")
    }
}
