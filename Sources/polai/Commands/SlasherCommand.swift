import ArgumentParser
import HTTPDoor
import Logging
import NodeConfiguration
import PrysmRPC
import RemoteBeaconNode
import ServiceInterfaces
import ServiceLifecycle

/// `polai slasher`: the slasher in a process of its own.
struct SlasherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slasher",
        abstract: "Run the slasher alone: watch a beacon node's blocks and votes for offences.",
        discussion: """
            Sees the blocks and attestations of the beacon node and the votes on updates in the network, and hands proof of \
            every offence to the node's pool, from where blocks take it. Answers validators over gRPC. It waits for the beacon \
            node, and catches up on the blocks that came without it. Blocks that the node refused it does not see: for those \
            run it inside 'polai up'.

            Example:
              polai slasher --beacon-rest-api-provider http://localhost:3500 --dht localhost:13337
            """)

    @OptionGroup var role: RoleOptions

    @Option(help: "REST interface of the beacon node.")
    var beaconRestApiProvider = "http://127.0.0.1:3500"

    @OptionGroup(title: "Doors")
    var doors: RoleDoorOptions

    @Option(help: "Slasher gRPC (SLASHER_PORT, 4003).") var slasherPort: Int?
    @Option(help: "libp2p, and GET /dht/peers of this role.") var p2pPort = 13003

    @OptionGroup(title: "Peers")
    var peers: RolePeerOptions

    func validate() throws {
        for (option, port) in [("--slasher-port", slasherPort ?? 1), ("--p2p-port", p2pPort)] {
            try refusing { try PortNumber.check(port, key: option) }
        }
    }

    func run() async throws {
        try await RoleProcess.run(SlasherRole.name, verbosity: role.verbosity) { signals, logger in
            let (file, _) = try NodeSettings.environment(role.envFile)
            let door = ListenAddress(host: doors.host, port: try slasherPort ?? Ports(file).slasher)
            let p2p = ListenAddress(host: doors.host, port: p2pPort)
            for (name, address) in [(PrysmRPC.slasherName, door), ("libp2p", p2p)] where address.port != 0 {
                try await DoorServer.checkAvailable(address, name: name)
            }
            let node = try await RemoteBeaconNode.awaited(beaconRestApiProvider, logger: logger)
            let (network, _) = try await DHTRole.beside(
                node, role: SlasherRole.name, datadir: role.datadir, address: p2p, peers: try peers.settings(file).peers)
            try Databases.make("chain_data", in: role.datadir)
            let slasher = SlasherRole(chain: node, topics: network.dht, store: try SlasherRole.openStore(datadir: role.datadir))
            var services: [any Service] = [
                slasher.grpcDoor(address: door, logger: logger), network.server(access: doors.access, logger: logger),
            ]
            services += network.workers() + slasher.workers() + RoleProcess.metrics([slasher, network], doors, logger: logger)
            logger.info("Watching \(beaconRestApiProvider)")
            try await RoleProcess.serve(services, until: signals, logger: logger)
        }
    }
}
