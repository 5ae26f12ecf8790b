import ArgumentParser
import Foundation
import HTTPDoor
import LibP2P
import Logging
import Multiformats
import NodeConfiguration
import NodeRecords
import Primitives
import Secp256k1
import ServiceInterfaces
import ServiceLifecycle
import TestSupport
import Testing

@testable import polai

@Suite("Discovery of the beacon node", .timeLimit(.minutes(2)))
struct BeaconNetworkDiscoveryTests {
    /// EIP-778's example: 127.0.0.1, UDP port 30303.
    private static let record =
        "enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8"
    /// The same, a character changed.
    private static let forged = record.replacingOccurrences(of: "FZntX", with: "FZnaX")

    @Test("It is on unless it is switched off, and begins at the nodes that are named and at an invite's")
    func options() throws {
        let plain = try BeaconDiscoveryOptions.parse([]).settings()
        #expect(plain.isOn && plain.port == nil && plain.bootNodes.isEmpty && plain.hostAddress == nil)
        let named = try BeaconDiscoveryOptions.parse([
            "--bootstrap-node", "\(Self.record),\(Self.record)", "--discovery.port", "12000", "--p2p-host-ip", "192.0.2.1",
        ]).settings()
        #expect(named.bootNodes.count == 2 && named.port == 12000 && named.hostAddress == IPAddress("192.0.2.1"))
        #expect(try BeaconDiscoveryOptions.parse(["--p2p-udp-port", "7"]).settings().port == 7)
        #expect(try !BeaconDiscoveryOptions.parse(["--no-discovery"]).settings().isOn)
    }

    @Test(
        "Nodes, ports and addresses that are none are refused with the reason",
        arguments: [
            (["--bootstrap-node", "nonsense"], "no node record: its text is enr: and base64"),
            (["--bootstrap-node", Self.forged], "is not signed by its own key"),
            (["--bootstrap-node", Self.nowhere], "names no IP address with a UDP port"),
            (["--discovery.port", "70000"], "--discovery.port"), (["--p2p-host-ip", "0.0.0.0"], "an address that others can dial"),
            (["--p2p-host-ip", "here"], "an address that others can dial"),
            (["--no-discovery", "--bootstrap-node", Self.record], "leave out --bootstrap-node"),
        ])
    func refused(_ arguments: [String], _ reason: String) {
        do {
            _ = try BeaconDiscoveryOptions.parse(arguments)
            Issue.record("\(arguments) is taken")
        } catch {
            #expect(BeaconDiscoveryOptions.message(for: error).contains(reason), "\(arguments): \(error)")
        }
    }

    /// A record without an address.
    private static let nowhere = {
        let record = try? NodeRecord(NodeRecordEntries(), sequence: 1, signedBy: Secp256k1PrivateKey(UInt256(1).bigEndianHash))
        return record?.text ?? ""
    }()

    private func network(_ folder: TemporaryFolder, _ genesis: ChainGenesis, from bootNodes: [BootNode] = []) throws -> BeaconNetwork {
        try Databases.make("secrets_data", in: folder.path)
        return try BeaconNetwork(
            genesis: genesis, chain: OpenedChain(), datadir: folder.path, address: ListenAddress(port: 0), peers: .alone,
            discovery: BeaconDiscoverySettings(port: 0, bootNodes: bootNodes))
    }

    @Test("A beacon node that knows one record becomes its node's peer, and REST tells the records of both")
    func meeting() async throws {
        let genesis = try TwoNodeNetwork(validators: 1).genesis
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let folders = [TemporaryFolder(), TemporaryFolder()]
        defer { withExtendedLifetime(folders) {} }
        func group(_ network: BeaconNetwork) -> ServiceGroup {
            let services: [any Service] = [network.role.server(access: DoorAccess(), logger: logger)] + network.workers()
            return ServiceGroup(configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
        }
        func listing(_ network: BeaconNetwork, until: (PeerListing) -> Bool) async throws -> PeerListing {
            while true {
                let listing = await network.directory.listing()
                if until(listing) { return listing }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        let first = try network(folders[0], genesis)
        let running = group(first)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await running.run() }
            let own = try await listing(first) { $0.own.enr != nil }.own
            let record = try NodeRecord(text: try #require(own.enr))
            #expect(record.eth2?.forkDigest == genesis.beacon.forkDigest && record.eth2?.nextForkEpoch == .max)
            #expect(own.addresses.contains("/ip4/127.0.0.1/tcp/\(record.tcp ?? 0)"))
            let second = try network(folders[1], genesis, from: [.record(record)])
            let other = group(second)
            tasks.addTask { try await other.run() }
            let events = second.role.host.events()
            for await event in events where event == .connected(first.role.host.peerID) { break }
            let known = try await listing(second) { $0.peers.first?.enr != nil }
            #expect(known.peers.map(\.id) == [own.id] && known.peers.first?.enr == own.enr)
            let text = try #require(known.own.enr)
            let place = try #require(try NodeRecord(text: text).udp)
            #expect(known.discoveryAddresses == ["/ip4/127.0.0.1/udp/\(place)/p2p/\(known.own.id)"])
            await running.triggerGracefulShutdown()
            await other.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
