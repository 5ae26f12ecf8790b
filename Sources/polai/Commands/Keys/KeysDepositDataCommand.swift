import ArgumentParser
import BLS
import BeaconTypes
import Foundation
import JSON
import Keys
import Primitives
import ValidatorClient

/// `polai keys deposit-data`.
struct KeysDepositDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deposit-data", abstract: "Write the signed deposits of new validators as a standard deposit_data file.",
        discussion: """
            One entry for each keystore, or for each of --count validators of GENESIS_SEED, in the form that ethstaker-deposit \
            writes and deposit tools read.

            Example:
              polai keys deposit-data --keystores keystores --withdrawal-address 0x71c7656ec7ab88b098defb751b7401b5f6d8976f
            """)

    @Option(help: "Folder of keystores.")
    var keystores: String?

    @Option(help: "File with the keystores' password, one line.")
    var passwordFile: String?

    @Option(help: "With --from-seed: number of validators.")
    var count = 1

    @OptionGroup var seed: SeedOptions

    @Option(help: "Stake of each validator in Gwei.")
    var amount: UInt64 = 32_000_000_000

    @Option(help: "Execution address that gets the stake back, 0x and 40 hexadecimal digits.")
    var withdrawalAddress: String

    @Flag(help: "A compounding validator (credentials 0x02), whose balance may grow to 2048.")
    var compounding = false

    @Option(help: "Network: pol, mainnet, hoodi, sepolia; another name needs --fork-version.")
    var network = "pol"

    @Option(help: "Genesis fork version of the network, 0x and 8 hexadecimal digits.")
    var forkVersion: String?

    @Option(help: "Folder for the file.")
    var output = "."

    func validate() throws {
        guard (1...10_000).contains(count) else { throw ValidationError("--count is from 1 to 10000") }
        guard seed.fromSeed != (keystores != nil) else { throw ValidationError("give either --keystores FOLDER or --from-seed") }
    }

    func run() throws {
        let order = try DepositOrder(
            amount: amount, withdrawalAddress: CheckedAddress.read(withdrawalAddress, option: "--withdrawal-address"),
            isCompounding: compounding, forkVersion: version(), networkName: network)
        let entries = JSONValue.array(try keys().map { order.entry(for: $0, version: PolaiVersion.current) })
        let file = "\(output)/deposit_data-\(UInt64(Date().timeIntervalSince1970)).json"
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: file, contents: Data(entries.utf8), attributes: [.posixPermissions: 0o644])
        else { throw SetupError("cannot write \(file)") }
        print(file)
    }

    private func keys() throws -> [SecretKey] {
        guard let keystores else { return try seed.indices(count).map(seed.seed().signingKey(validator:)) }
        return try SigningKeys.stored(folder: keystores, datadir: ".", passwordFile: passwordFile)
    }

    private func version() throws -> Version {
        if let forkVersion {
            guard let version = try? Version(hex: forkVersion) else {
                throw ValidationError("--fork-version is 0x and 8 hexadecimal digits, not '\(forkVersion)'")
            }
            return version
        }
        let known = [
            "pol": ChainConfig.pol.genesisForkVersion.hex, "mainnet": "0x00000000", "hoodi": "0x10000910", "sepolia": "0x90000069",
        ]
        guard let text = known[network] else { throw ValidationError("the fork version of '\(network)' is not known; give --fork-version") }
        return try Version(hex: text)
    }
}
