import ArgumentParser
import HTTPDoor
import NodeConfiguration

/// JSON-RPC's door as geth spells it.
struct ExecutionDoorOptions: ParsableArguments {
    @Flag(name: .customLong("http"), help: "Accepted: JSON-RPC over HTTP is always served.")
    var isHTTPWanted = false

    @Option(name: .customLong("http.addr"), help: "Address of JSON-RPC.")
    var address = "127.0.0.1"

    @Option(name: .customLong("http.port"), help: "Port of JSON-RPC (default: GETH_HTTP_PORT, 8545).")
    var port: Int?

    @Option(
        name: .customLong("http.api"),
        help: """
            Namespaces that are served, with commas, as eth,net,web3 (default: all but miner and what steers the node in admin: name these \
            to have them).
            """)
    var api: NameList?

    @Option(
        name: .customLong("http.vhosts"),
        help: "Names by which requests may call, with commas; * is every name (default: localhost on a loopback address, else *).")
    var hosts: NameList?

    @Option(name: .customLong("http.corsdomain"), help: "Origins whose web pages may read, with commas; * is every one (default: *).")
    var origins: NameList?

    func validate() throws {
        if let port { try refusing { try PortNumber.check(port, key: "--http.port") } }
    }

    var access: DoorAccess { DoorAccess(origins: origins?.names ?? ["*"], virtualHosts: hosts?.names) }
    /// `nil` is all.
    var namespaces: Set<String>? { api.map { Set($0.names) } }
}
