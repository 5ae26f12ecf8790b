import BLS
import Foundation
import Keys
import Primitives
import Testing
import ValidatorClient

@Suite struct KeystoreFolderTests {
    /// A cheap keystore: the cost does not matter here.
    private func keystore(_ index: UInt32, password: String = "pass word ½") throws -> NewKeystore {
        var random = SystemRandomNumberGenerator()
        return try NewKeystore(
            .seed(.sample, index: index), password: password, stretching: .pbkdf2, cost: 2, time: 1_700_000_000 + UInt64(index),
            random: &random)
    }

    @Test func keepsKeysAndGivesThemBackForThePassword() throws {
        let scratch = Scratch()
        let folder = KeystoreFolder(path: scratch.path + "/keystores")
        #expect(folder.isEmpty)
        for index in 0..<3 as Range<UInt32> {
            let new = try keystore(index)
            #expect(
                try folder.add(new.keystore, name: new.fileName)
                    == "\(folder.path)/keystore-m_12381_3600_\(index)_0_0-\(1_700_000_000 + Int(index)).json")
        }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: folder.path + "/deposit_data-1.json"))
        let keys = try folder.unlock(password: "pass word ½")
        #expect(keys.map(\.publicKey.bytes) == (0..<3).map { GenesisSeed.sample.signingKey(validator: $0).publicKey.bytes })
        let attributes = try FileManager.default.attributesOfItem(atPath: try folder.entries()[0].file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        // The same key again is no second file.
        #expect(try folder.add(keystore(1).keystore, name: "keystore-again.json") == nil)
        #expect(try folder.entries().count == 3)
    }

    @Test func saysWhichFileAndWhatIsWrong() throws {
        let scratch = Scratch()
        let folder = KeystoreFolder(path: scratch.path)
        #expect(throws: ValidatorClientError.self) { try folder.unlock(password: "x") }
        let new = try keystore(0)
        let file = try #require(try folder.add(new.keystore, name: new.fileName))
        let error = #expect(throws: ValidatorClientError.self) { try folder.unlock(password: "wrong") }
        let text = try #require(error).description
        #expect(text.contains(file) && text.contains("password is wrong"))
        #expect(!text.contains("\"wrong\""))
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder.path + "/keystore-b.json"))
        #expect(throws: ValidatorClientError.self) { try folder.entries() }
    }

    @Test func randomKeysDiffer() throws {
        var random = SystemRandomNumberGenerator()
        let keys = try (0..<2).map { _ in
            try NewKeystore(.random, password: "p", stretching: .scrypt, cost: 2, time: 1, random: &random)
        }
        #expect(keys[0].key.publicKey.bytes != keys[1].key.publicKey.bytes)
        #expect(keys[0].keystore.path == "m/12381/3600/0/0/0" && keys[0].keystore.uuid != keys[1].keystore.uuid)
        #expect(keys[0].fileName != keys[1].fileName)
        let uuid = Array(keys[0].keystore.uuid)
        #expect(uuid.count == 36 && uuid[14] == "4" && "89ab".contains(uuid[19]))
        #expect(try keys[0].keystore.decrypt(password: "p").publicKey.bytes == keys[0].key.publicKey.bytes)
    }

    @Test func readsOneLineAsPassword() throws {
        let scratch = Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
        func password(_ bytes: [UInt8]) throws -> String {
            try Data(bytes).write(to: URL(fileURLWithPath: scratch.path + "/p"))
            return try PasswordFile.read(scratch.path + "/p")
        }
        #expect(try password(Array("secret \r\n".utf8)) == "secret ")
        #expect(try password(Array("secret".utf8)) == "secret")
        for bad in [[], Array("\n".utf8), [0xff, 0xfe], [UInt8](repeating: 65, count: 5000)] as [[UInt8]] {
            #expect(throws: ValidatorClientError.self) { try password(bad) }
        }
        #expect(throws: ValidatorClientError.self) { try PasswordFile.read(scratch.path + "/absent") }
    }
}
