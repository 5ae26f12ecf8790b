import AckRecords
import ArgumentParser
import BeaconTypes
import ContentNetwork
import DHTDaemon
import Foundation
import HTTPDoor
import KeyValueStore
import Logging
import NodeConfiguration
import ServiceLifecycle

/// `polai dht`: the DHT alone, for others to join at.
struct DHTCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dht",
        abstract: "Run the DHT alone: libp2p and HTTP on one port.",
        discussion: """
            Keeps records of votes and update files for others, and is a place to join at. Without a chain it checks a \
            record's form; who reads it checks the validator's signature.

            Examples:
              polai dht --listen 0.0.0.0:13337 --solo             the first node
              polai dht --bootstrap /ip4/192.0.2.1/tcp/13337      another one
              polai dht --hivemind                                hivemind.DHT nodes may join here too
              curl localhost:13337/dht/peers                      who is there
            """)

    @Option(help: "Address and port to listen on (default: 0.0.0.0 and DHT_PORT, 13337).")
    var listen: String?

    @Option(help: "Folder of dht_db/ and of the node's key in secrets_data/.")
    var datadir = "."

    @Option(help: "Settings file with GENESIS_HOST and DHT_PORT (default: .env in the current folder, if there).")
    var envFile: String?

    @Option(help: "Least severe log level shown: trace, debug, info, notice, warning, error.")
    var verbosity: Logger.Level = .info

    @OptionGroup(title: "Peers")
    var peers: PeerOptions

    @OptionGroup(title: "Hivemind")
    var hivemind: HivemindOptions

    func validate() throws {
        if let listen { try refusing { try Self.address(listen) } }
    }

    func run() async throws {
        try await RoleProcess.run("polai", verbosity: verbosity) { signals, logger in
            let (file, _) = try NodeSettings.environment(envFile)
            let address = try listen.map(Self.address) ?? ListenAddress(host: "0.0.0.0", port: Ports(file).dht)
            let role = try role(address, PeerSettings(peers, file))
            let services: [any Service] = [role.server(access: DoorAccess(), logger: logger)]
            try await RoleProcess.serve(services + role.workers(), until: signals, logger: logger)
        }
    }

    private func role(_ address: ListenAddress, _ peers: PeerSettings) throws -> DHTRole {
        for folder in ["dht_db", "secrets_data"] { try Databases.make(folder, in: datadir) }
        return DHTRole(
            store: try KeyValueStore(directory: "\(datadir)/dht_db", tables: DHTDaemon.tables),
            validator: AckRecordFormValidator(spec: .pol), key: try PeerKeyFile.key(datadir: datadir), address: address, peers: peers,
            topics: .plain(prefix: "/polai/"), folder: "\(datadir)/dht_db", hivemind: try hivemind.setting)
    }

    /// Reads `host:port`, `[IPv6]:port`, or a port alone.
    static func address(_ text: String) throws -> ListenAddress {
        guard let colon = text.lastIndex(of: ":") else {
            return ListenAddress(host: "0.0.0.0", port: try PortNumber.parse(text, key: "--listen"))
        }
        let port = try PortNumber.parse(String(text[text.index(after: colon)...]), key: "--listen")
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return ListenAddress(host: host.isEmpty ? "0.0.0.0" : String(host), port: port)
    }
}
