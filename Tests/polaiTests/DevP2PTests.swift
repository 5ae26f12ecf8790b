import ArgumentParser
import ExecutionNode
import Foundation
import Primitives
import Secp256k1
import ServiceInterfaces
import TestSupport
import Multiformats
import Testing
import Transactions

@testable import polai

@Suite("The execution P2P network", .timeLimit(.minutes(2)))
struct DevP2PTests {
    @Test("it is left alone unless a port or a node is named, and what is no node, port or address is refused")
    func options() throws {
        #expect(try !DevP2POptions.parse([]).isWanted && !DevP2POptions.parse(["--nodiscover"]).isWanted)
        #expect(try DevP2POptions.parse(["--port", "0"]).isWanted)
        #expect(try DevP2POptions.parse(["--nat", "extip:192.0.2.1"]).externalAddress?.description == "192.0.2.1")
        for arguments in [
            ["--bootnodes", "nonsense"], ["--port", "70000"], ["--nat", "extip:x"], ["--nat", "upnp"], ["--maxpeers", "-1"],
        ] {
            #expect(throws: (any Error).self) { try DevP2POptions.parse(arguments) }
        }
    }

    @Test("a node keeps its key, and a damaged file is refused")
    func key() throws {
        let folder = TemporaryFolder()
        try Databases.make("secrets_data", in: folder.path)
        let key = try NodeKeyFile.key(datadir: folder.path)
        #expect(try NodeKeyFile.key(datadir: folder.path) == key)
        let other = folder.path("other")
        try Data("0x12".utf8).write(to: URL(filePath: other))
        #expect(throws: SetupError.self) { try NodeKeyFile.key(datadir: folder.path, path: other) }
    }

    @Test("two nodes connect by an enode address, and each has the other's transactions")
    func transactions() async throws {
        let account = try Secp256k1PrivateKey(UInt256(1).bigEndianHash)
        let (network, one, two) = try await TwoNodeNetwork.pair(funding: account)
        defer { withExtendedLifetime(network) {} }
        func role(_ execution: ExecutionNode, _ number: UInt64, _ arguments: [String]) async throws -> DevP2PRole {
            try await DevP2PRole(
                DevP2POptions.parse(["--port", "0", "--nodiscover"] + arguments), execution: execution,
                key: Secp256k1PrivateKey(UInt256(number).bigEndianHash), defaultPort: 0)
        }
        let first = try await role(one.geth.execution, 11, [])
        let enode = try #require(await first.nodeInfo()?.enode)
        let second = try await role(two.geth.execution, 12, [])
        let (there, back) = (await two.geth.execution.pendingTransactions(), await one.geth.execution.pendingTransactions())
        let early = TwoNodeNetwork.transfer(nonce: 0, by: account)
        _ = try await one.geth.execution.submit(early.encoded)
        let running = [Task { try await first.run() }, Task { try await second.run() }]
        #expect(try await second.addPeer(enode))
        for await batch in there where batch.contains(where: { $0.hash == early.hash }) { break }
        let later = TwoNodeNetwork.transfer(nonce: 1, by: account)
        _ = try await two.geth.execution.submit(later.encoded)
        for await batch in back where batch.contains(where: { $0.hash == later.hash }) { break }
        let peer = try #require(await second.peerInfos().first)
        #expect(!peer.isInbound && peer.ethVersion == 69 && peer.name.hasPrefix("polai/"))
        #expect(try await second.removePeer(enode))
        while await !first.peerInfos().isEmpty { await Task.yield() }
        await #expect(throws: BadPeerAddress.self) { try await second.addPeer("enode://nonsense") }
        for task in running { task.cancel() }
        for task in running { _ = await task.result }
    }
}
