import JSON
import Primitives

extension Keystore {
    /// Reads EIP-2335 JSON. Unknown fields are ignored.
    ///
    /// - Throws: `KeysError.invalidKeystore` naming the field, or `.unsupported`.
    public init(json text: some Sequence<UInt8>) throws(KeysError) {
        let fields = try KeystoreFields(text)
        let version = try fields.integer("version")
        guard version == 4 else { throw .unsupported(field: "version", value: String(version)) }
        switch try fields.text("crypto.kdf.function") {
        case "scrypt":
            kdf = .scrypt(
                n: try fields.integer("crypto.kdf.params.n"), r: try fields.integer("crypto.kdf.params.r"),
                p: try fields.integer("crypto.kdf.params.p"), salt: try fields.bytes("crypto.kdf.params.salt"))
        case "pbkdf2":
            let prf = try fields.text("crypto.kdf.params.prf")
            guard prf == "hmac-sha256" else { throw .unsupported(field: "crypto.kdf.params.prf", value: prf) }
            kdf = .pbkdf2(c: try fields.integer("crypto.kdf.params.c"), salt: try fields.bytes("crypto.kdf.params.salt"))
        case let other: throw .unsupported(field: "crypto.kdf.function", value: other)
        }
        derivedKeyLength = try fields.integer("crypto.kdf.params.dklen")
        let checksumFunction = try fields.text("crypto.checksum.function")
        guard checksumFunction == "sha256" else { throw .unsupported(field: "crypto.checksum.function", value: checksumFunction) }
        guard let checksum = Hash32(try fields.bytes("crypto.checksum.message"))
        else { throw .invalidKeystore(field: "crypto.checksum.message", problem: "needs 32 bytes") }
        self.checksum = checksum
        let cipher = try fields.text("crypto.cipher.function")
        guard cipher == "aes-128-ctr" else { throw .unsupported(field: "crypto.cipher.function", value: cipher) }
        iv = try fields.bytes("crypto.cipher.params.iv")
        cipherText = try fields.bytes("crypto.cipher.message")
        description = fields["description"]?.string
        path = try fields.text("path")
        uuid = try fields.text("uuid")
        publicKey = nil
        if let value = fields["pubkey"], value != "" {
            guard let key = Bytes48(try fields.bytes("pubkey"))
            else { throw .invalidKeystore(field: "pubkey", problem: "needs 48 bytes") }
            publicKey = key
        }
    }

    /// The keystore as EIP-2335 JSON.
    public var json: [UInt8] {
        let function: JSONValue
        switch kdf {
        case .scrypt(let n, let r, let p, let salt):
            let parameters: JSONValue = [
                "dklen": JSONValue(derivedKeyLength), "n": JSONValue(n), "r": JSONValue(r), "p": JSONValue(p),
                "salt": .string(salt.bareHex),
            ]
            function = ["function": "scrypt", "params": parameters, "message": ""]
        case .pbkdf2(let c, let salt):
            let parameters: JSONValue = [
                "dklen": JSONValue(derivedKeyLength), "c": JSONValue(c), "prf": "hmac-sha256", "salt": .string(salt.bareHex),
            ]
            function = ["function": "pbkdf2", "params": parameters, "message": ""]
        }
        let crypto: JSONValue = [
            "kdf": function,
            "checksum": ["function": "sha256", "params": [:], "message": .string(checksum.bytes.bareHex)],
            "cipher": ["function": "aes-128-ctr", "params": ["iv": .string(iv.bareHex)], "message": .string(cipherText.bareHex)],
        ]
        var members: [JSONValue.Member] = [.init("crypto", crypto)]
        if let description { members.append(.init("description", .string(description))) }
        members += [
            .init("pubkey", .string(publicKey?.bytes.bareHex ?? "")), .init("path", .string(path)), .init("uuid", .string(uuid)),
            .init("version", 4),
        ]
        return JSONValue.object(members).utf8
    }
}
