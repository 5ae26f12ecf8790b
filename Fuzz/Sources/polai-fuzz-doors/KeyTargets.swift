import FuzzDriver
import JSON
import Keys
import Primitives

extension FuzzTarget {
    static let keystore = FuzzTarget(
        "keystore", "EIP-2335 keystores",
        words: ["{", "}", ":", ",", "\"\"", "crypto", "kdf", "scrypt", "pbkdf2", "params", "dklen", "checksum"]
    ) { vectors in
        let json = try JSONValue(parsing: vectors.bytes("Keys", "keys.json"))
        let seeds = (json["keystores"]?.array ?? []).compactMap { $0["keystore"]?.utf8 }
        return Prepared(seeds: seeds) { bytes in
            let keystore = try Keystore(json: bytes)
            promise((try? Keystore(json: keystore.json)) == keystore, "a keystore changes in JSON")
            // Only the derivations that cost nothing.
            switch keystore.kdf {
            case .scrypt(let n, let r, let p, _): guard n <= 16, r <= 8, p <= 2 else { return }
            case .pbkdf2(let c, _): guard c <= 16 else { return }
            }
            _ = try keystore.decrypt(password: "correct horse")
        }
    }

    /// The first byte chooses a derivation path or a genesis seed.
    static let keyTexts = FuzzTarget("key-texts", "derivation paths and genesis seeds", maximumLength: 256) { _ in
        let texts = ["m/12381/3600/0/0/0", String(repeating: "ab", count: 32)]
        return Prepared(seeds: texts.enumerated().map { [UInt8($0)] + Array($1.utf8) }) { bytes in
            var input = FuzzInput(bytes)
            let isSeed = input.flag()
            let text = String(decoding: input.rest(), as: UTF8.self)
            if isSeed {
                _ = try GenesisSeed(text)
            } else {
                promise(try DerivationPath(text).description == text, "a derivation path changes as text")
            }
        }
    }
}
