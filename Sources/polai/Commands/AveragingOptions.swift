import ArgumentParser
import ContentNetwork
import Trainer

/// Whether a trainer averages with a Hivemind group, and how it finds it.
struct AveragingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Average with the group of this name, Hivemind's prefix, after each round's steps and before the update.", valueName: "prefix"))
    var hivemind: String?

    @Option(
        name: [.long, .customLong("hivemind-bootstrap")],
        help: ArgumentHelp(
            "Member of the run's Hivemind DHT to join at, such as /ip4/192.0.2.1/tcp/31337/p2p/Qm… Repeatable; at none others join here.",
            valueName: "multiaddr"))
    var bootstrap: [String] = []

    @Option(help: ArgumentHelp("Where others of the run call this trainer.", valueName: "host:port"))
    var hivemindListen = "0.0.0.0:0"

    @Flag(help: "This machine cannot be called: follow others' groups and average nothing for them.")
    var hivemindClient = false

    @Option(help: ArgumentHelp("Begin a round once so many are there, this trainer among them.", valueName: "count"))
    var hivemindGroup: Int?

    @Option(help: ArgumentHelp("Begin a round with those who are there after so long.", valueName: "seconds"))
    var hivemindMatchmaking = 15

    @Option(help: ArgumentHelp("Send the trainer's own numbers where no group is found in so long.", valueName: "seconds"))
    var hivemindPatience = 60

    func validate() throws {
        guard let hivemind else {
            guard bootstrap.isEmpty, !hivemindClient, hivemindGroup == nil else {
                throw ValidationError("--bootstrap and --hivemind-… say how to average; name the group with --hivemind")
            }
            return
        }
        guard (1...128).contains(hivemind.utf8.count), !hivemind.contains(".") else {
            throw ValidationError("--hivemind is a name of 1 to 128 bytes without a full stop")
        }
        guard !hivemindClient || !bootstrap.isEmpty else { throw ValidationError("--hivemind-client needs a member to ask: --bootstrap") }
        guard (2...64).contains(hivemindGroup ?? 2) else { throw ValidationError("--hivemind-group is from 2 to 64") }
        guard (1...600).contains(hivemindMatchmaking), (hivemindMatchmaking...3600).contains(hivemindPatience) else {
            throw ValidationError("--hivemind-matchmaking is from 1 to 600, and --hivemind-patience from that to 3600")
        }
        for text in bootstrap + [hivemindListen] { try refusing { try BootstrapAddress.read(text) } }
        guard try hivemindClient || BootstrapAddress.read(hivemindListen, port: 0).count == 1 else {
            throw ValidationError("--hivemind-listen is one host:port; a machine that cannot be called says --hivemind-client")
        }
    }

    /// What the options ask for; `nil` where they ask for none.
    var setting: HivemindGroup.Setting? {
        get throws {
            guard let hivemind else { return nil }
            var setting = HivemindGroup.Setting(prefix: hivemind)
            for text in bootstrap { setting.bootstrap += try BootstrapAddress.read(text) }
            if !hivemindClient { setting.address = try BootstrapAddress.read(hivemindListen, port: 0).first }
            setting.size = hivemindGroup
            (setting.matchmaking, setting.patience) = (.seconds(hivemindMatchmaking), .seconds(hivemindPatience))
            return setting
        }
    }
}
