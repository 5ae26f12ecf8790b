import ArgumentParser
import BeaconTypes
import Foundation
import Multiformats
import NodeConfiguration
import PeerIdentity
import Primitives

/// `polai invite`: one line by which others join.
struct InviteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Print a line by which another machine joins the chain of the node that runs here.",
        discussion: """
            Asks the node on this machine for its chain, its last finalised block and its addresses, and signs them with its key. \
            The line is good for \(Invite.lifetime / 86_400) days. What listens on 127.0.0.1 only cannot be joined from elsewhere: \
            start the node with --dht-addr 0.0.0.0.

            Examples:
              polai invite                              print the line
              polai up --join "$(ssh there polai invite)"
            """)

    @Option(help: "Folder of the node's data.")
    var datadir = "."

    @Option(help: "Settings file with the ports (default: .env in the current folder, if there).")
    var envFile: String?

    @Option(help: "An address at which others reach the node, a host or a multiaddr, besides those that it knows. Repeatable.")
    var address: [String] = []

    @OptionGroup(title: "Ports (each overrides .env)")
    var ports: PortOptions

    func run() async throws {
        try await ErrorLine.reporting(status: 1) {
            let (file, _) = try NodeSettings.environment(envFile)
            var found = try Ports(file)
            found.apply(ports)
            let key = try PeerKeyFile.existing(datadir: datadir)
            let invite = try await RunningNode(ports: found).invite(key: key, more: address, now: UInt64(Date().timeIntervalSince1970))
            print(try invite.line(key: key))
        }
    }
}
