import ArgumentParser
import BLS
import BeaconTypes
import ExecutionChain
import Foundation
import JSON
import Keys
import Primitives
import SSZ
import Secp256k1
import ValidatorClient

/// `polai deposit`: how a validator joins a running chain.
struct DepositCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deposit", abstract: "Join the running chain as a validator: send its stake to the deposit contract.",
        discussion: """
            Signs the deposit of this machine's validator (the first of GENESIS_SEED, or those of --keystores), sends it to the \
            deposit contract in one transaction each, and waits until it is in a block. The chain activates a validator \
            some epochs after that block is final; 'polai up' with the same keys then begins its duties by itself, and committee and quorum \
            grow. --status shows how far it is, and what share of the stake is whose.

            Examples:
              polai account faucet && polai deposit        on a development chain, from nothing
              polai deposit --status
              polai deposit --keystores keystores --password-file password.txt --from 0x71C7656EC7ab88b098defB751B7401B5f6d8976F
            """)

    @Flag(help: "Send nothing; show where the validators stand.")
    var status = false

    @Option(help: "Folder of validator keystores instead of GENESIS_SEED.")
    var keystores: String?

    @Option(help: "File with the password of --keystores, one line.")
    var keystoresPasswordFile: String?

    @Option(help: "Number of the first validator of GENESIS_SEED.")
    var firstIndex: UInt32 = 0

    @Option(help: "Number of validators of GENESIS_SEED.")
    var count = 1

    @Option(help: "Stake of each validator, in POL.")
    var amount = POLAmount(wei: UInt256(32) &* POLAmount.weiPerPOL)

    @Option(help: "Execution address that gets the stake back (default: the account that pays).")
    var withdrawalAddress: String?

    @Flag(help: "A compounding validator (credentials 0x02), whose balance may grow to 2048.")
    var compounding = false

    @OptionGroup var account: AccountOptions
    @OptionGroup var door: ExecutionDoorOption

    @Option(help: "The beacon node's REST door.")
    var beacon = "http://127.0.0.1:3500"

    @Flag(help: "Print the transactions' hashes and do not wait.")
    var noWait = false

    func validate() throws {
        guard (1...1000).contains(count) else { throw ValidationError("--count is from 1 to 1000") }
        guard Int(firstIndex) + count <= Int(UInt32.max) else { throw ValidationError("--first-index and --count reach beyond 2^32") }
    }

    func run() async throws {
        try await ErrorLine.reporting(status: 1) {
            let validators = try keys()
            let beaconDoor = try DoorClient(beacon)
            if status {
                print(try await DepositStatus(of: validators.map { $0.publicKey.bytes }, door: beaconDoor).text)
            } else {
                try await deposit(validators, beaconDoor)
            }
        }
    }

    private func deposit(_ validators: [SecretKey], _ beaconDoor: DoorClient) async throws {
        let payer = try account.key()
        let order = try await order(payer: payer.address, beaconDoor)
        let contract = try await contract(beaconDoor)
        let client = try door.client()
        if try await beaconDoor.data("/eth/v1/node/syncing")?["is_syncing"]?.bool == true {
            throw SetupError("\(beaconDoor.url) is still syncing: it may not know a deposit that was made; wait until it is at the head")
        }
        let known = try await DepositStatus(of: validators.map { $0.publicKey.bytes }, door: beaconDoor)
        for (index, key) in validators.enumerated() {
            if known.isKnown(key.publicKey.bytes) {
                throw SetupError(
                    "validator \(key.publicKey.bytes.hex) has a deposit already; see 'polai deposit --status', or take another with --first-index"
                )
            }
            let data = order.data(for: key)
            let call = DepositContract.call(
                pubkey: data.pubkey, withdrawalCredentials: data.withdrawalCredentials, signature: data.signature,
                dataRoot: data.hashTreeRoot(BeaconSpec.mainnet))
            let transaction = OutgoingTransaction(
                to: contract, value: amount.wei, data: call, leastGas: DepositContract.gasLimit, isAlone: index == 0)
            let hash = try await transaction.send(by: payer, through: client)
            print("\(data.pubkey.hex) transaction \(hash)")
            if noWait { continue }
            let block = try await OutgoingTransaction.inclusion(of: hash, door: client)
            print("\(data.pubkey.hex) block \(block); 'polai deposit --status' shows when it is active")
        }
    }

    private func order(payer: Address, _ beaconDoor: DoorClient) async throws -> DepositOrder {
        let parts = amount.wei.quotientAndRemainder(dividingBy: UInt256(1_000_000_000))
        guard let parts, parts.remainder == .zero, let gwei = parts.quotient.asUInt64 else {
            throw ValidationError("--amount is a whole number of Gwei (nine digits after the point)")
        }
        let genesis = try await beaconDoor.data("/eth/v1/beacon/genesis")
        guard let text = genesis?["genesis_fork_version"]?.string, let version = try? Version(hex: text) else {
            throw SetupError("\(beaconDoor.url) does not tell the chain's fork version; is the node running?")
        }
        let receiver = try withdrawalAddress.map { try CheckedAddress.read($0, option: "--withdrawal-address") } ?? payer
        return try DepositOrder(
            amount: gwei, withdrawalAddress: receiver, isCompounding: compounding, forkVersion: version,
            networkName: ChainConfig.pol.configName)
    }

    private func contract(_ beaconDoor: DoorClient) async throws -> Address {
        let answer = try await beaconDoor.data("/eth/v1/config/deposit_contract")
        guard let text = answer?["address"]?.string, let address = try? Address(hex: text) else {
            throw SetupError("\(beaconDoor.url) names no deposit contract")
        }
        return address
    }

    private func keys() throws -> [SecretKey] {
        if let keystores {
            return try SigningKeys.stored(folder: keystores, datadir: account.datadir, passwordFile: keystoresPasswordFile)
        }
        let seed = try account.seed()
        return (0..<UInt32(count)).map { seed.signingKey(validator: firstIndex + $0) }
    }
}
