import ArgumentParser
import BLS
import BeaconTypes
import Foundation
import JSON
import Keys
import Logging
import Primitives
import RemoteBeaconNode
import SSZ
import ServiceInterfaces
import ValidatorClient

/// `polai keys exit`.
struct KeysExitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exit", abstract: "Sign a validator's voluntary exit and hand it to a beacon node. It cannot be undone.",
        discussion: """
            With --print the signed exit goes to standard output only; POST it to /eth/v1/beacon/pool/voluntary_exits of any \
            beacon node whenever you like.

            Example:
              polai keys exit --keystore keystores/keystore-m_12381_3600_0_0_0-1700000000.json --password-file password.txt
            """)

    @Option(help: "The validator's keystore.")
    var keystore: String

    @Option(help: "File with the keystore's password, one line.")
    var passwordFile: String?

    @Option(help: "REST interface of a beacon node of the chain.")
    var beaconRestApiProvider = "http://127.0.0.1:3500"

    @Option(help: "First epoch in which the exit is valid (default: the current one).")
    var epoch: UInt64?

    @Flag(help: "Only print the signed exit.")
    var print = false

    @Flag(help: "Do not ask.")
    var yes = false

    func run() async throws {
        let quiet = Logger(label: "exit") { _ in SwiftLogNoOpLogHandler() }
        let node = try await RemoteBeaconNode(url: beaconRestApiProvider, now: { Date().timeIntervalSince1970 }, logger: quiet)
        let entry = KeystoreFolder.Entry(file: keystore, keystore: try KeystoreFolder.read(keystore))
        let password = try PasswordPrompt.password(file: passwordFile, for: keystore)
        let key = try KeystoreFolder.unlock(entry, password: password)
        let publicKey = key.publicKey.bytes
        guard let index = try await node.validatorIndices(of: [publicKey])[publicKey] else {
            throw SetupError("\(publicKey.hex) is no validator of the chain at \(beaconRestApiProvider)")
        }
        let epoch = self.epoch ?? (node.clock.currentSlot ?? 0) / node.spec.preset.slotsPerEpoch
        let exit = VoluntaryExit(epoch: epoch, validatorIndex: index).signed(
            by: key, capellaForkVersion: node.spec.config.capellaForkVersion, genesisValidatorsRoot: node.genesisValidatorsRoot)
        if self.print {
            Swift.print(exit.json(node.spec))
            return
        }
        if !yes { try confirm(index, publicKey) }
        try await node.submitVoluntaryExit(exit)
        Swift.print("The exit of validator \(index) is in the node's pool.")
    }

    private func confirm(_ index: ValidatorIndex, _ key: BLSPubkey) throws {
        guard isatty(STDIN_FILENO) == 1 else { throw SetupError("an exit cannot be undone: there is no terminal to ask, so give --yes") }
        FileHandle.standardError.write(
            Data("Validator \(index), \(key.hex), will leave the chain for ever.\nType yes to go on: ".utf8))
        guard readLine() == "yes" else { throw SetupError("nothing was sent") }
    }
}
