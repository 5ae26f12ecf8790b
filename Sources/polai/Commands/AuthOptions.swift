import ArgumentParser
import HTTPDoor

/// The Engine API's door, spelled as geth spells it.
struct AuthOptions: ParsableArguments {
    @Option(name: .customLong("authrpc.addr"), help: "Address of the Engine API.")
    var address = "127.0.0.1"

    @Option(name: .customLong("authrpc.port"), help: "Port of the Engine API (default: GETH_AUTH_PORT, 8551).")
    var port: Int?

    @Option(
        name: .customLong("authrpc.vhosts"),
        help:
            "Names by which requests may call the Engine API, with commas; * is every name (default: localhost on a loopback address, else *)."
    )
    var hosts: NameList?

    @Option(
        name: [.customLong("authrpc.jwtsecret"), .customLong("jwtsecret")],
        help: "File of the secret that both layers hold, 64 hexadecimal digits; made if absent (default: secrets_data/jwt.hex).")
    var secretFile: String?

    /// No web page has business here.
    var access: DoorAccess { DoorAccess(origins: [], virtualHosts: hosts?.names) }

    func secretPath(datadir: String) -> String { secretFile ?? "\(datadir)/secrets_data/jwt.hex" }
}
