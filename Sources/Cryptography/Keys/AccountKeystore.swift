import JSON
public import Primitives
public import Secp256k1

/// An account's key encrypted by a password: Web3 Secret Storage, version 3, as geth writes and reads it.
public struct AccountKeystore: Sendable, Equatable {
    public let kdf: Keystore.KeyDerivationFunction
    public let iv: [UInt8]
    public let cipherText: [UInt8]
    /// Keccak-256 of the derived key's second 16 bytes and the cipher text.
    public let mac: Hash32
    /// The account; a file may leave it out.
    public let address: Address?
    public let uuid: String

    /// Encrypts `key`.
    ///
    /// - Parameters:
    ///   - iv: 16 random bytes.
    ///   - uuid: of the file, in RFC 4122's form.
    /// - Throws: `KeysError.invalidKeystore` when the parameters or the iv are unusable.
    public init(
        encrypting key: Secp256k1PrivateKey, password: String, kdf: Keystore.KeyDerivationFunction, iv: [UInt8], uuid: String
    ) throws(KeysError) {
        let derived = try kdf.derive(passwordBytes: Array(password.utf8), count: 32)
        self.kdf = kdf
        self.iv = iv
        cipherText = try Keystore.applyCipher(to: key.secretBytes.bytes, derivedKey: derived, iv: iv)
        mac = Self.mac(derivedKey: derived, cipherText: cipherText)
        address = key.address
        self.uuid = uuid
    }

    /// Decrypts the key. Takes as long as the KDF is made to take, about a second.
    ///
    /// - Throws: `KeysError.wrongPassword`, `.publicKeyMismatch`, or `.invalidKeystore` for unusable parameters.
    public func decrypt(password: String) throws(KeysError) -> Secp256k1PrivateKey {
        let derived = try kdf.derive(passwordBytes: Array(password.utf8), count: 32)
        guard Self.mac(derivedKey: derived, cipherText: cipherText) == mac else { throw .wrongPassword }
        var secret = try Keystore.applyCipher(to: cipherText, derivedKey: derived, iv: iv)
        defer { secret.withUnsafeMutableBytes { wipe($0) } }
        guard let bytes = Hash32(secret), let key = try? Secp256k1PrivateKey(bytes) else {
            throw .invalidKeystore(field: "crypto.ciphertext", problem: "decrypts to no secp256k1 private key")
        }
        if let address, address != key.address { throw .publicKeyMismatch(expected: address.hex, actual: key.address.hex) }
        return key
    }

    private static func mac(derivedKey: [UInt8], cipherText: [UInt8]) -> Hash32 {
        Keccak256.hash(derivedKey[16..<32] + cipherText)
    }

    /// Reads a file's JSON. Unknown fields are ignored.
    ///
    /// - Throws: `KeysError.invalidKeystore` naming the field, or `.unsupported`.
    public init(json text: some Sequence<UInt8>) throws(KeysError) {
        let fields = try KeystoreFields(text)
        let version = try fields.integer("version")
        guard version == 3 else { throw .unsupported(field: "version", value: String(version)) }
        let cipher = try fields.text("crypto.cipher")
        guard cipher == "aes-128-ctr" else { throw .unsupported(field: "crypto.cipher", value: cipher) }
        let salt = try fields.bytes("crypto.kdfparams.salt")
        switch try fields.text("crypto.kdf") {
        case "scrypt":
            kdf = .scrypt(
                n: try fields.integer("crypto.kdfparams.n"), r: try fields.integer("crypto.kdfparams.r"),
                p: try fields.integer("crypto.kdfparams.p"), salt: salt)
        case "pbkdf2":
            let prf = try fields.text("crypto.kdfparams.prf")
            guard prf == "hmac-sha256" else { throw .unsupported(field: "crypto.kdfparams.prf", value: prf) }
            kdf = .pbkdf2(c: try fields.integer("crypto.kdfparams.c"), salt: salt)
        case let other: throw .unsupported(field: "crypto.kdf", value: other)
        }
        let length = try fields.integer("crypto.kdfparams.dklen")
        guard length == 32 else { throw .unsupported(field: "crypto.kdfparams.dklen", value: String(length)) }
        iv = try fields.bytes("crypto.cipherparams.iv")
        cipherText = try fields.bytes("crypto.ciphertext")
        guard cipherText.count == 32 else { throw .invalidKeystore(field: "crypto.ciphertext", problem: "needs 32 bytes") }
        guard let mac = Hash32(try fields.bytes("crypto.mac")) else {
            throw .invalidKeystore(field: "crypto.mac", problem: "needs 32 bytes")
        }
        self.mac = mac
        if fields["address"] != nil {
            guard let address = Address(try fields.bytes("address")) else {
                throw .invalidKeystore(field: "address", problem: "needs 20 bytes")
            }
            self.address = address
        } else {
            address = nil
        }
        uuid = fields["id"]?.string ?? ""
    }

    /// The keystore as JSON.
    public var json: [UInt8] {
        let (name, parameters): (String, JSONValue)
        switch kdf {
        case .scrypt(let n, let r, let p, let salt):
            name = "scrypt"
            parameters = ["dklen": 32, "n": JSONValue(n), "r": JSONValue(r), "p": JSONValue(p), "salt": .string(salt.bareHex)]
        case .pbkdf2(let c, let salt):
            name = "pbkdf2"
            parameters = ["dklen": 32, "c": JSONValue(c), "prf": "hmac-sha256", "salt": .string(salt.bareHex)]
        }
        let crypto: JSONValue = [
            "cipher": "aes-128-ctr", "cipherparams": ["iv": .string(iv.bareHex)], "ciphertext": .string(cipherText.bareHex),
            "kdf": .string(name), "kdfparams": parameters, "mac": .string(mac.bytes.bareHex),
        ]
        var members: [JSONValue.Member] = []
        if let address { members.append(.init("address", .string(address.bytes.bareHex))) }
        return JSONValue.object(members + [.init("crypto", crypto), .init("id", .string(uuid)), .init("version", 3)]).utf8
    }
}
