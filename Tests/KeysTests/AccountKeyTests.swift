import Primitives
import Secp256k1
import Testing

@testable import Keys

/// BIP-32's and eth_account's answers.
@Suite struct AccountKeyTests {
    /// BIP-32, test vector 1: each step of m/0'/1/2'/2/1000000000.
    @Test func childrenOfTheFirstVector() throws {
        let steps: [(UInt32, Bool, String)] = [
            (0, true, "0xedb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea"),
            (1, false, "0x3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368"),
            (2, true, "0xcbce0d719ecf7431d88e6a89fa1483e02e35092af60c042b1df2ff59fa424dca"),
            (2, false, "0x0f479245fb19a38a1954c5c7c0ebab2f9bdfd96a17563ef28a6a4b1a2a764ef4"),
            (1_000_000_000, false, "0x471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8"),
        ]
        var key = try AccountKey(seed: Array(0..<16))
        for (index, isHardened, expected) in steps {
            key = try key.child(index, isHardened: isHardened)
            #expect(key.key.secretBytes.hex == expected)
        }
    }

    @Test func accountsOfTheSampleSeed() throws {
        let first = try GenesisSeed.sample.accountKey()
        #expect(first.secretBytes.hex == "0x3612e932335a9f609d441ad50749b1d5e66d45f5ac27eb6d5d860f3df40fc38b")
        #expect(first.address.checksummed == "0x12A83bd10AdD5B6E9b09A2F49a0425189Bdb14E8")
        #expect(
            try GenesisSeed.sample.accountKey(7).secretBytes.hex == "0xad949d5c89e1baef360c667cef2325401c9f0c3df6cbd08aedfdb95abfa6286f")
    }
}

/// Web3 Secret Storage, with files of eth_account's.
@Suite struct AccountKeystoreTests {
    private static let secret = "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"
    private static let scrypt = """
        {"address": "008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b", "crypto": {"cipher": "aes-128-ctr", "cipherparams": \
        {"iv": "17a55f741c80fde8c1944805e51aa1ef"}, "ciphertext": \
        "2c048e13fc5c9c837286a3fca035e220b65417cbfeef54377b673e746802ce23", "kdf": "scrypt", "kdfparams": {"dklen": 32, "n": 1024, \
        "r": 8, "p": 1, "salt": "d9bfb89989dd8d8bbabc6a6793948682"}, "mac": \
        "c086da2d4a44977da4ffd7b7b83280fa5a99864c170dc8a41552e1d3e993ff7a"}, "id": "7f941d17-9917-41ce-9c84-1c6e08403096", "version": 3}
        """
    private static let pbkdf2 = """
        {"address": "008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b", "crypto": {"cipher": "aes-128-ctr", "cipherparams": \
        {"iv": "9ce4ac4e162239728681719882ced810"}, "ciphertext": \
        "b12b89b4a831ec88b63282201ba49127642871f18a92e26280253151e8fb06c7", "kdf": "pbkdf2", "kdfparams": {"c": 1000, "dklen": 32, \
        "prf": "hmac-sha256", "salt": "28ac6a67059d733f6ed7d421f401ce1c"}, "mac": \
        "29f7985234381d7e1af2239482d33b07594b831d17542563339a315f92d1e9d5"}, "id": "1eb88e55-ce59-442f-a034-cff2aade9015", "version": 3}
        """

    @Test(arguments: [(scrypt, "testpassword"), (pbkdf2, "pässwörd ½")])
    func opensFilesOfOthers(file: String, password: String) throws {
        let keystore = try AccountKeystore(json: Array(file.utf8))
        #expect(try keystore.decrypt(password: password).secretBytes.hex == Self.secret)
        #expect(throws: KeysError.wrongPassword) { try keystore.decrypt(password: password + " ") }
        #expect(try AccountKeystore(json: keystore.json) == keystore)
    }

    @Test func opensWhatItWrote() throws {
        let key = try Secp256k1PrivateKey(Hash32(hex: Self.secret))
        let written = try AccountKeystore(
            encrypting: key, password: "secret words", kdf: .scrypt(n: 1024, r: 8, p: 1, salt: Array(0..<32)), iv: Array(0..<16), uuid: "u")
        let read = try AccountKeystore(json: written.json)
        #expect(try read.decrypt(password: "secret words") == key)
        #expect(read.address?.checksummed == "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b")
    }

    /// Each damage is told by the name of its field, and none of the words hold a secret.
    @Test(arguments: [
        ("\"version\": 3", "\"version\": 4", "version"), ("\"scrypt\"", "\"bcrypt\"", "crypto.kdf"),
        ("\"n\": 1024", "\"n\": 1025", "crypto.kdf.params"), ("\"n\": 1024", "\"n\": 1073741824", "crypto.kdf.params"),
        ("\"dklen\": 32", "\"dklen\": 64", "crypto.kdfparams.dklen"), ("aes-128-ctr", "aes-128-cbc", "crypto.cipher"),
        ("17a55f741c80fde8c1944805e51aa1ef", "17a5", "iv"), ("008AeEda4D80", "008AeEda", "address"),
        ("2c048e13fc5c", "2c04", "crypto.ciphertext"), ("d9bfb899", "zz", "crypto.kdfparams.salt"),
    ])
    func damagedFilesAreRefused(old: String, new: String, field: String) throws {
        let file = Self.scrypt.replacing(old, with: new)
        #expect(file != Self.scrypt)
        let error = #expect(throws: KeysError.self) {
            _ = try AccountKeystore(json: Array(file.utf8)).decrypt(password: "testpassword")
        }
        #expect(error?.description.contains(field) == true, "\(error?.description ?? "")")
    }

    @Test func anotherAddressIsTold() throws {
        let file = Self.scrypt.replacing("008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b", with: "118AeEda4D805471dF9b2A5B0f38A0C3bCBA786b")
        let error = #expect(throws: KeysError.self) { try AccountKeystore(json: Array(file.utf8)).decrypt(password: "testpassword") }
        guard case .publicKeyMismatch = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
