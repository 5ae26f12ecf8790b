import BeaconNode
import HTTPDoor
import KeyValueStore
import Logging
import NodeConfiguration
import PrysmRPC
import ServiceInterfaces
import ServiceLifecycle
import Slasher

extension Node {
    /// Opens the slasher's database, unless `--no-slasher` was given. What is in it can be seen again: it is not synced to disk
    /// at each write.
    static func openSlasherStore(datadir: String, options: UpOptions) throws -> KeyValueStore? {
        guard !options.noSlasher else { return nil }
        var storeOptions = KeyValueStore.Options()
        storeOptions.durability = .unsynced
        return try KeyValueStore(directory: "\(datadir)/chain_data/slasher", tables: Slasher.tables, options: storeOptions)
    }

    /// The gRPC doors with their ports: the beacon node's, and the slasher's when there is one.
    static func grpcPorts(_ settings: NodeSettings, withSlasher: Bool) -> [(name: String, port: Int)] {
        [(PrysmRPC.beaconName, settings.ports.prysmGRPC)] + (withSlasher ? [(PrysmRPC.slasherName, settings.ports.slasher)] : [])
    }

    /// The gRPC doors, and the slasher's own work.
    func grpcServices(logger: Logger) -> [any Service] {
        func address(_ port: Int) -> ListenAddress { ListenAddress(host: settings.host, port: port) }
        var services: [any Service] = [
            PrysmRPC.beaconDoor(
                chain: beacon, node: beacon, operations: beacon, peers: dht, address: address(settings.ports.prysmGRPC), logger: logger)
        ]
        if let slasher {
            services.append(
                PrysmRPC.slasherDoor(slasher: slasher, chain: beacon, address: address(settings.ports.slasher), logger: logger))
            services.append(
                TaskService("slasher") {
                    await beacon.setWitness(slasher)
                    await slasher.run()
                })
        }
        return services
    }
}
