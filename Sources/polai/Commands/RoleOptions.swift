import ArgumentParser
import HTTPDoor
import Logging
import NodeConfiguration

/// What every role in a process of its own is told.
struct RoleOptions: ParsableArguments {
    @Option(help: "Folder of the role's data. Roles may share one: each has databases of its own in it.")
    var datadir = "."

    @Option(help: "Settings file with GENESIS_SEED, GENESIS_HOST and ports (default: .env in the current folder, if there).")
    var envFile: String?

    @Option(help: "Least severe log level shown: trace, debug, info, notice, warning, error.")
    var verbosity: Logger.Level = .info
}

/// Who may use the doors of a role.
struct RoleDoorOptions: ParsableArguments {
    @Option(help: "Address that the doors listen on. Keep it on this machine unless a proxy or a container's network stands in front.")
    var host = "127.0.0.1"

    @Option(
        help: "Names by which requests may call the doors, with commas; * is every name (default: localhost on a loopback address, else *)."
    )
    var vhosts: NameList?

    @Option(help: "Origins whose web pages may read the doors, with commas; * is every one (default: *).")
    var corsdomain: NameList?

    @Option(help: "Port of Prometheus metrics (default: none).")
    var metricsPort: Int?

    func validate() throws {
        if let metricsPort { try refusing { try PortNumber.check(metricsPort, key: "--metrics-port") } }
    }

    var access: DoorAccess { DoorAccess(origins: corsdomain?.names ?? ["*"], virtualHosts: vhosts?.names) }
}

/// Where a role with a place of its own in the network finds the others.
struct RolePeerOptions: ParsableArguments {
    @Option(help: "The DHT to join at, 'polai dht': HOST:PORT or a multiaddr. Repeatable.")
    var dht: [String] = []

    @OptionGroup var peers: PeerOptions

    func validate() throws {
        for text in dht { try refusing { try PeerSettings.places(text) } }
    }

    /// With the settings of `.env`. A DHT of this machine is where its own roles are; others' nodes are named otherwise.
    func settings(_ file: EnvironmentFile) throws -> (peers: PeerSettings, namesOthers: Bool) {
        var settings = try PeerSettings(peers, file)
        let namesOthers = !settings.isSolo && !settings.namesOnlyThisMachine
        let own = try dht.flatMap { try PeerSettings.places($0) }
        if own.isEmpty, !namesOthers { settings.isSolo = settings.bootstrap.isEmpty }
        settings.bootstrap = own + (own.isEmpty || namesOthers ? settings.bootstrap : [])
        if !own.isEmpty { settings.isSolo = false }
        return (settings, namesOthers)
    }
}
