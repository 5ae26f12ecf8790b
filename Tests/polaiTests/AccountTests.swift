import Foundation
import Primitives
import TestSupport
import Testing

@testable import polai

@Suite("Accounts at the command line")
struct AccountTests {
    /// EIP-55's own examples.
    @Test(
        "checksums are EIP-55's",
        arguments: [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
            "0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77",
        ])
    func checksums(text: String) throws {
        let address = try CheckedAddress.read(text, option: "--to")
        #expect(address.checksummed == text)
        #expect(try CheckedAddress.read(text.lowercased(), option: "--to") == address)
        let letter = try #require(text.dropFirst(2).firstIndex { $0.isLowercase || $0.isUppercase })
        let other = text[letter].isLowercase ? text[letter].uppercased() : text[letter].lowercased()
        let damaged = text.replacingCharacters(at: letter, with: other)
        // One letter of another case is a mixed address with a wrong checksum, unless it is the only letter.
        #expect(throws: (any Error).self) { try CheckedAddress.read(damaged, option: "--to") }
    }

    @Test(
        "amounts are POL with at most 18 digits after the point",
        arguments: [
            ("32", "32000000000000000000"), ("0.5", "500000000000000000"), ("0.000000000000000001", "1"), ("007", "7000000000000000000"),
            ("1.10", "1100000000000000000"),
        ])
    func amounts(text: String, wei: String) throws {
        let amount = try #require(POLAmount(argument: text))
        #expect("\(amount.wei)" == wei)
        #expect(POLAmount(argument: "\(amount)") == amount)
    }

    @Test(
        "what is no amount is refused",
        arguments: ["", ".5", "1.", "-1", "1e3", "0x1", "1,5", "1.0000000000000000001", "123456789012345678901", "٣", " 1"])
    func noAmounts(text: String) {
        #expect(POLAmount(argument: text) == nil)
    }

    @Test("a folder that is made is its owner's alone, and one that was there stays as open as it was")
    func folders() throws {
        func mode(_ path: String) throws -> Int? { try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int }
        let folder = TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        try OwnersFile.ensureFolder(folder.path)
        try OwnersFile.ensureFolder(folder.path("accounts"))
        #expect(try mode(folder.path) == 0o755)
        #expect(try mode(folder.path("accounts")) == 0o700)
    }
}

extension String {
    fileprivate func replacingCharacters(at index: Index, with text: String) -> String {
        String(self[..<index]) + text + String(self[self.index(after: index)...])
    }
}
