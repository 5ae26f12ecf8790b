import ArgumentParser
import ContentNetwork
import HivemindDHT

/// Whether a DHT takes part in a Hivemind DHT too, and where it joins.
struct HivemindOptions: ParsableArguments {
    @Flag(help: "Be a member of a Hivemind DHT too, on the same port: hivemind.DHT nodes may join here.")
    var hivemind = false

    @Option(
        help: ArgumentHelp(
            "Member of a Hivemind DHT to join at, such as /ip4/192.0.2.1/tcp/31337/p2p/Qm… Repeatable; implies --hivemind.",
            valueName: "multiaddr"))
    var hivemindBootstrap: [String] = []

    func validate() throws {
        for text in hivemindBootstrap { try refusing { try BootstrapAddress.read(text) } }
    }

    /// What the options ask for; `nil` where they ask for none.
    var setting: HivemindSetting? {
        get throws {
            guard hivemind || !hivemindBootstrap.isEmpty else { return nil }
            var setting = HivemindSetting()
            for text in hivemindBootstrap { setting.bootstrap += try BootstrapAddress.read(text) }
            return setting
        }
    }
}
