import ArgumentParser
import Keys
import Primitives
import Secp256k1

/// Whose account pays: one of the folder's, or the one that grows from GENESIS_SEED.
struct AccountOptions: ParsableArguments {
    @Option(help: "The account that pays, from this data directory's keystores (default: the one of GENESIS_SEED, path m/44'/60'/0'/0/0).")
    var from: String?

    @Option(help: "Number of the account that grows from GENESIS_SEED, the last of its path.")
    var accountIndex: UInt32 = 0

    @Option(help: "Folder of the node's data, whose secrets_data/accounts holds keystores.")
    var datadir = "."

    @Option(help: "File with the keystore's password, one line.")
    var passwordFile: String?

    @Option(help: "Settings file with GENESIS_SEED (default: .env in the current folder, if there).")
    var envFile: String?

    @Flag(help: "Allow the sample seed, which everybody knows.")
    var devnet = false

    func validate() throws {
        guard accountIndex < 1 << 31 else { throw ValidationError("--account-index is below 2147483648 (BIP-32)") }
    }

    func seed() throws -> GenesisSeed { try NodeSettings.seed(NodeSettings.environment(envFile).0, devnet: devnet) }

    /// The key of the account.
    func key() throws -> Secp256k1PrivateKey {
        guard let from else { return try seed().accountKey(accountIndex) }
        return try AccountFolder(datadir: datadir).unlock(CheckedAddress.read(from, option: "--from"), passwordFile: passwordFile)
    }
}

/// The execution layer's door.
struct ExecutionDoorOption: ParsableArguments {
    @Option(help: "The node's JSON-RPC door.")
    var rpc = "http://127.0.0.1:8545"

    func client() throws -> DoorClient { try DoorClient(rpc) }
}

/// Addresses that people write.
enum CheckedAddress {
    /// Reads an address, whose letter case must be EIP-55's checksum when it is mixed.
    static func read(_ text: String, option: String) throws -> Address {
        guard let address = try? Address(hex: text) else {
            throw ValidationError("\(option) is 0x and 40 hexadecimal digits, not '\(text.prefix(100))'")
        }
        let digits = text.dropFirst(2)
        let isMixed = digits != digits.lowercased() && digits != digits.uppercased()
        guard !isMixed || address.checksummed == text else {
            throw ValidationError("the checksum of \(text) does not fit: a digit is wrong; look it up again")
        }
        return address
    }
}
