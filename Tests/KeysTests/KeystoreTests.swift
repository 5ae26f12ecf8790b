import BLS
import Foundation
import Primitives
import TestSupport
import Testing

@testable import Keys

@Suite("EIP-2335 keystores")
struct KeystoreTests {
    let vectors: [Vectors.Encrypted]

    init() throws { vectors = try Vectors().keystores }

    @Test("keystores made by Python open with their passwords only")
    func open() throws {
        #expect(vectors.count == 4)
        for vector in vectors {
            let keystore = try Keystore(json: vector.json)
            #expect(try keystore.decrypt(password: vector.password).withSecretBytes { $0.bareHex } == vector.secret, "\(vector.name)")
            #expect(throws: KeysError.wrongPassword, "\(vector.name)") { _ = try keystore.decrypt(password: vector.password + "x") }
        }
    }

    @Test("reading what was written gives the same keystore")
    func roundTrip() throws {
        for vector in vectors {
            let keystore = try Keystore(json: vector.json)
            #expect(try Keystore(json: keystore.json) == keystore)
        }
        let key = try SecretKey(bytes: [UInt8](repeating: 7, count: 32))
        for kdf in [
            Keystore.KeyDerivationFunction.scrypt(n: 2, r: 1, p: 1, salt: [1, 2, 3]), .pbkdf2(c: 2, salt: [UInt8](repeating: 9, count: 32)),
        ] {
            let keystore = try Keystore(
                encrypting: key, password: "p\u{e9}", kdf: kdf, iv: [UInt8](repeating: 5, count: 16), uuid: "u",
                path: .signing(validator: 2), description: "d")
            let read = try Keystore(json: keystore.json)
            #expect(read == keystore && read.path == "m/12381/3600/2/0/0" && read.publicKey == key.publicKey.bytes)
            #expect(!keystore.json.bareHex.contains(String(repeating: "07", count: 16)))
            // "é" as one scalar or as two is the same password after NFKD.
            #expect(try read.decrypt(password: "pe\u{301}").publicKey == key.publicKey)
        }
    }

    @Test("passwords are normalised")
    func normalisation() {
        typealias KDF = Keystore.KeyDerivationFunction
        #expect(KDF.normalize("a\u{0}b\u{1f}c\u{7f}d\u{80}e\u{9f}f") == Array("abcdef".utf8))
        // The password of EIP-2335's test vectors: mathematical Fraktur becomes plain letters.
        let fraktur =
            "\u{1D531}\u{1D522}\u{1D530}\u{1D531}\u{1D52D}\u{1D51E}\u{1D530}\u{1D530}\u{1D534}\u{1D52C}\u{1D52F}\u{1D521}\u{1F511}"
        #expect(KDF.normalize(fraktur).hex == "0x7465737470617373776f7264f09f9491")
    }

    @Test("malformed keystores are refused by the name of the field")
    func malformed() throws {
        let vector = try #require(vectors.first)
        func edited(_ path: String, _ value: Any?) throws -> [UInt8] {
            let parts = path.split(separator: ".").map(String.init)
            func edit(_ node: Any, _ rest: ArraySlice<String>) -> Any {
                guard let name = rest.first, var object = node as? [String: Any] else { return value as Any }
                if rest.count == 1 {
                    object[name] = value
                } else {
                    object[name] = edit(object[name] ?? [:] as [String: Any], rest.dropFirst())
                }
                return object
            }
            let root = try JSONSerialization.jsonObject(with: Data(vector.json))
            return [UInt8](try JSONSerialization.data(withJSONObject: edit(root, parts[...])))
        }
        for field in [
            "crypto", "crypto.kdf.function", "crypto.kdf.params.n", "crypto.kdf.params.salt", "crypto.kdf.params.dklen",
            "crypto.checksum.message", "crypto.cipher.params.iv", "crypto.cipher.message", "path", "uuid", "version",
        ] {
            let error = #expect(throws: KeysError.self, "\(field)") { _ = try Keystore(json: edited(field, nil)) }
            #expect("\(try #require(error))".contains("is missing"), "\(field)")
        }
        for (field, value) in [
            ("version", 3), ("crypto.kdf.function", "argon2"), ("crypto.cipher.function", "aes-256-gcm"),
            ("crypto.checksum.function", "md5"),
        ] as [(String, Any)] {
            #expect(throws: KeysError.unsupported(field: field, value: "\(value)")) { _ = try Keystore(json: edited(field, value)) }
        }
        for (field, value) in [
            ("crypto.cipher.message", "zz"), ("crypto.kdf.params.n", "1024"), ("crypto.kdf.params.n", -1), ("pubkey", "00"),
            ("crypto.checksum.message", "00"), ("path", 1),
        ] as [(String, Any)] {
            #expect(throws: KeysError.self, "\(field) \(value)") { _ = try Keystore(json: edited(field, value)) }
        }
        for text in ["", "{", "[]", "null", "{\"crypto\": []}"] {
            #expect(throws: KeysError.self) { _ = try Keystore(json: Array(text.utf8)) }
        }
        // Parameters that parse but would exhaust the machine, or cannot work.
        for (field, value) in [
            ("crypto.kdf.params.n", 1 << 40), ("crypto.kdf.params.n", 1000), ("crypto.kdf.params.n", 0), ("crypto.kdf.params.r", 0),
            ("crypto.kdf.params.p", 1 << 30), ("crypto.kdf.params.dklen", 16), ("crypto.kdf.params.dklen", 1 << 40),
        ] as [(String, Any)] {
            let keystore = try Keystore(json: edited(field, value))
            #expect(throws: KeysError.self, "\(field) \(value)") { _ = try keystore.decrypt(password: vector.password) }
        }
        let wrongKey = try Keystore(json: edited("pubkey", "aa" + String(repeating: "00", count: 47)))
        let mismatch = #expect(throws: KeysError.self) { _ = try wrongKey.decrypt(password: vector.password) }
        #expect("\(try #require(mismatch))".contains("decrypts to"))
    }

    @Test("iterations and initial counters are bounded")
    func bounds() throws {
        let key = try SecretKey(bytes: [UInt8](repeating: 7, count: 32))
        for c in [0, -1, 1 << 25] {
            #expect(throws: KeysError.self) {
                _ = try Keystore(
                    encrypting: key, password: "", kdf: .pbkdf2(c: c, salt: []), iv: [UInt8](repeating: 0, count: 16), uuid: "", path: nil)
            }
        }
        #expect(throws: KeysError.self) {
            _ = try Keystore(encrypting: key, password: "", kdf: .pbkdf2(c: 1, salt: []), iv: [0], uuid: "", path: nil)
        }
    }
}

/// EIP-2335's own test cases, when they lie beside the repository.
@Suite("Public EIP-2335 vectors", .needs(vectors: "eip2335"))
struct PublicKeystoreTests {
    static let folder = Present.vectors("eip2335")

    @Test(arguments: ["test0.json", "test1.json"])
    func file(_ name: String) throws {
        let file = Self.folder.appending(path: name)
        let keystore = try Keystore(json: Data(contentsOf: file))
        let password =
            "\u{1D531}\u{1D522}\u{1D530}\u{1D531}\u{1D52D}\u{1D51E}\u{1D530}\u{1D530}\u{1D534}\u{1D52C}\u{1D52F}\u{1D521}\u{1F511}"
        let secret = try keystore.decrypt(password: password).withSecretBytes { $0.hex }
        #expect(secret == "0x000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f")
        #expect(throws: KeysError.wrongPassword) { _ = try keystore.decrypt(password: "testpassword") }
        print("public EIP-2335 vectors: \(name)")
    }
}
