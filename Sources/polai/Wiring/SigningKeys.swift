import BLS
import BeaconTypes
import Foundation
import Keys
import Logging
import Primitives
import ValidatorClient

/// Finds the keys that a node or a validator client signs with.
enum SigningKeys {
    /// The keys of `polai up`: those of GENESIS_SEED, then the keystores.
    ///
    /// - Parameter joined: the genesis of another node's chain, where that is followed. Who joins with the same seed must not sign
    ///   for the same validators by mistake: two nodes that sign for one get it slashed.
    static func load(settings: NodeSettings, options: UpOptions, joined: ChainGenesis?) throws -> ValidatorKeys {
        guard !options.signing.noValidator else { return ValidatorKeys([]) }
        let seeded: [SecretKey]
        if let named = options.signing.signingValidators?.numbers {
            guard let most = named.max(), most < 2048 else { throw SetupError("--signing-validators names validators from 0 to 2047") }
            seeded = named.map { settings.seed.signingKey(validator: UInt32($0)) }
        } else {
            let elsewhere = Set(joined?.validatorKeys ?? [])
            let keys = (0..<UInt32(options.validators)).map(settings.seed.signingKey(validator:))
            seeded = keys.filter { !elsewhere.contains($0.publicKey.bytes) }
            if seeded.count < keys.count {
                Logger(label: "validator").notice(
                    "Keys of GENESIS_SEED that are in the chain's genesis sign elsewhere; --signing-validators names those that sign here",
                    metadata: ["keys": "\(keys.count - seeded.count)"])
            }
        }
        return ValidatorKeys(
            try seeded
                + stored(
                    folder: options.signing.keystores, datadir: options.datadir, passwordFile: options.signing.passwordFile))
    }

    /// The keys of a keystore folder. The data directory's own folder may be absent or empty, a named one may not.
    static func stored(folder: String?, datadir: String, passwordFile: String?) throws -> [SecretKey] {
        let keystores = KeystoreFolder(path: folder ?? defaultFolder(datadir))
        if folder == nil && keystores.isEmpty { return [] }
        let password = try PasswordPrompt.password(file: passwordFile, for: "the keystores in \(keystores.path)")
        let bar = ProgressBar("Unlocking keystores")
        defer { bar.finish() }
        return try keystores.unlock(password: password) { bar.update($0) }
    }

    /// Where `polai keys import` puts keystores.
    static func defaultFolder(_ datadir: String) -> String { "\(datadir)/secrets_data/keystores" }
}

/// The 32 free bytes of a block.
enum Graffiti {
    /// This program and its version.
    static var program: Bytes32 { bytes("polai/v\(PolaiVersion.current)") ?? .zero }

    /// UTF-8, padded with zeros; `nil` for more than 32 bytes.
    static func bytes(_ text: String) -> Bytes32? {
        let utf8 = Array(text.utf8)
        guard utf8.count <= 32 else { return nil }
        return Bytes32(utf8 + [UInt8](repeating: 0, count: 32 - utf8.count))
    }
}
