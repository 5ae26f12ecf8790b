import ArgumentParser
import HTTPDoor

/// Where each HTTP door listens and who may use it. JSON-RPC's options are spelled as geth's.
struct AccessOptions: ParsableArguments {
    @Option(name: .customLong("http.addr"), help: "Address of JSON-RPC (default: --host).")
    var httpAddress: String?

    @Option(
        name: .customLong("http.api"),
        help: """
            Namespaces that JSON-RPC serves, with commas, as eth,net,web3 (default: all but miner and what steers the node in admin: name \
            these to have them).
            """)
    var httpAPI: NameList?

    @Option(name: .customLong("http.vhosts"), help: ArgumentHelp(AccessOptions.hostsHelp("JSON-RPC")))
    var httpHosts: NameList?

    @Option(name: .customLong("http.corsdomain"), help: ArgumentHelp(AccessOptions.originsHelp("JSON-RPC")))
    var httpOrigins: NameList?

    @Option(name: .customLong("prysm-rest-addr"), help: "Address of the beacon REST door (default: --host).")
    var restAddress: String?

    @Option(name: .customLong("prysm-rest-vhosts"), help: ArgumentHelp(AccessOptions.hostsHelp("beacon REST")))
    var restHosts: NameList?

    @Option(name: .customLong("prysm-rest-corsdomain"), help: ArgumentHelp(AccessOptions.originsHelp("beacon REST")))
    var restOrigins: NameList?

    @Option(name: .customLong("ai-engine-addr"), help: "Address of the AI engine and dashboard (default: --host).")
    var engineAddress: String?

    @Option(name: .customLong("ai-engine-vhosts"), help: ArgumentHelp(AccessOptions.hostsHelp("the AI engine")))
    var engineHosts: NameList?

    @Option(name: .customLong("ai-engine-corsdomain"), help: ArgumentHelp(AccessOptions.originsHelp("the AI engine")))
    var engineOrigins: NameList?

    @Option(name: .customLong("dht-addr"), help: "Address of the DHT door (default: --host).")
    var dhtAddress: String?

    @Option(name: .customLong("dht-vhosts"), help: ArgumentHelp(AccessOptions.hostsHelp("the DHT")))
    var dhtHosts: NameList?

    @Option(name: .customLong("dht-corsdomain"), help: ArgumentHelp(AccessOptions.originsHelp("the DHT")))
    var dhtOrigins: NameList?

    @Option(name: .customLong("metrics-addr"), help: "Address of the metrics (default: --host).")
    var metricsAddress: String?

    @Option(name: .customLong("metrics-vhosts"), help: ArgumentHelp(AccessOptions.hostsHelp("the metrics")))
    var metricsHosts: NameList?

    @Option(name: .customLong("metrics-corsdomain"), help: ArgumentHelp(AccessOptions.originsHelp("the metrics")))
    var metricsOrigins: NameList?

    @Option(name: .customLong("max-connections-per-address"), help: "Connections that one IP address may hold at each HTTP door.")
    var connectionsPerAddress = 256

    @Flag(name: .customLong("unlimited-loopback"), help: "Do not count the connections of this machine, for a proxy on it.")
    var isLoopbackUnlimited = false

    func validate() throws {
        guard (1...1024).contains(connectionsPerAddress) else { throw ValidationError("--max-connections-per-address is from 1 to 1024") }
    }

    private static func hostsHelp(_ door: String) -> String {
        "Names by which requests may call \(door), with commas; * is every name (default: localhost on a loopback address, else *)."
    }

    private static func originsHelp(_ door: String) -> String {
        "Origins whose web pages may read \(door), with commas; * is every one (default: *)."
    }

    private func access(_ hosts: NameList?, _ origins: NameList?) -> DoorAccess {
        DoorAccess(
            origins: origins?.names ?? ["*"], virtualHosts: hosts?.names, connectionsPerAddress: connectionsPerAddress,
            limitsLoopback: !isLoopbackUnlimited)
    }

    /// `nil` is all.
    var namespaces: Set<String>? { httpAPI.map { Set($0.names) } }
    var jsonRPC: DoorAccess { access(httpHosts, httpOrigins) }
    var rest: DoorAccess { access(restHosts, restOrigins) }
    var engine: DoorAccess { access(engineHosts, engineOrigins) }
    var dht: DoorAccess { access(dhtHosts, dhtOrigins) }
    var metrics: DoorAccess { access(metricsHosts, metricsOrigins) }
}

/// Names on the command line, separated by commas; an empty text is none.
struct NameList: ExpressibleByArgument {
    let names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }
}
