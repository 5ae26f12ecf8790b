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

    @Option(name: .customLong("http.api"), help: "Namespaces that are served, with commas, as eth,net,web3 (default: all).")
    var api: NameList?

    @Option(
        name: .customLong("http.vhosts"),
        help: "Names by which requests may call, with commas; * is every name (default: localhost on a loopback address, else *).")
    var hosts: NameList?

    @Option(name: .customLong("http.corsdomain"), help: "Origins whose web pages may read, with commas; * is every one (default: *).")
    var origins: NameList?

    @Flag(name: .customLong("ws"), help: ArgumentHelp("Accepted; not served yet.", visibility: .hidden))
    var isWebSocketNamed = false

    @Option(name: .customLong("ws.addr"), help: ArgumentHelp("Accepted; not served yet.", visibility: .hidden))
    var webSocketAddress: String?

    @Option(name: .customLong("ws.port"), help: ArgumentHelp("Accepted; not served yet.", visibility: .hidden))
    var webSocketPort: Int?

    @Option(name: .customLong("ws.api"), help: ArgumentHelp("Accepted; not served yet.", visibility: .hidden))
    var webSocketAPI: NameList?

    @Option(name: .customLong("ws.origins"), help: ArgumentHelp("Accepted; not served yet.", visibility: .hidden))
    var webSocketOrigins: NameList?

    func validate() throws {
        if let port { try refusing { try PortNumber.check(port, key: "--http.port") } }
    }

    var isWebSocketWanted: Bool { isWebSocketNamed || webSocketPort != nil }
    var access: DoorAccess { DoorAccess(origins: origins?.names ?? ["*"], virtualHosts: hosts?.names) }
    /// `nil` is all.
    var namespaces: Set<String>? { api.map { Set($0.names) } }
}
