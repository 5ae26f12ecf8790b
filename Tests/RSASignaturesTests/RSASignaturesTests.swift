import Crypto
import CryptoExtras
import Foundation
import Primitives
import Testing

@testable import RSASignatures

@Suite("RSA with PSS and the longest salt")
struct RSASignaturesTests {
    struct Vector: Decodable { var privateKey, publicKey, message, signature: String }

    /// What Hivemind's own key class made, by `scripts/vectors/hivemind_vectors.py`.
    static func vector() throws -> Vector {
        let url = try #require(Bundle.module.url(forResource: "hivemind", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(Vector.self, from: Data(contentsOf: url))
    }

    @Test("Python's signature verifies, and no other")
    func knownAnswer() throws {
        let vector = try Self.vector()
        let key = try RSAVerificationKey(text: Array(vector.publicKey.utf8))
        #expect(key.text == vector.publicKey)
        let (message, signature) = (try [UInt8](hex: vector.message), try [UInt8](hex: vector.signature))
        #expect(key.verify(signature, of: message))
        #expect(!key.verify(signature, of: message + [0]))
        #expect(!key.verify(Array(signature.dropLast()), of: message))
        #expect(!key.verify([0] + signature, of: message))
        #expect(!key.verify([UInt8](repeating: 0xff, count: 256), of: message), "not below the modulus")
        #expect(!key.verify([UInt8](repeating: 0, count: 256), of: message))
        for place in stride(from: 0, to: signature.count, by: 37) {
            var forged = signature
            forged[place] ^= 1
            #expect(!key.verify(forged, of: message))
        }
    }

    @Test("what is signed here verifies, with the same key read again")
    func signing() throws {
        let vector = try Self.vector()
        let key = try RSASigningKey(der: [UInt8](hex: vector.privateKey))
        #expect(key.publicKey.text == vector.publicKey)
        let signature = try key.sign([1, 2, 3])
        #expect(key.publicKey.verify(signature, of: [1, 2, 3]) && !key.publicKey.verify(signature, of: [1, 2]))
        #expect(try key.sign([1, 2, 3]) != signature, "salts repeat")
        #expect(try RSASigningKey(der: key.der).publicKey.text == vector.publicKey)
        #expect(!"\(key)".contains(Data(key.der).base64EncodedString().suffix(32)))
        #expect(throws: RSAKeyError.notPrivateKey) { try RSASigningKey(der: [1, 2, 3]) }
    }

    /// swift-crypto signs with a salt of 32 bytes; here that is no valid signature, and in its own reading it is.
    @Test("a shorter salt is refused")
    func shortSalt() throws {
        let own = try _RSA.Signing.PrivateKey(derRepresentation: Data([UInt8](hex: Self.vector().privateKey)))
        let key = try RSAVerificationKey(text: Array(Self.vector().publicKey.utf8))
        let digest = Crypto.SHA256.hash(data: Data([7]))
        let signature = try own.signature(for: digest, padding: .PSS)
        #expect(own.publicKey.isValidSignature(signature, for: digest, padding: .PSS))
        #expect(!key.verify(Array(signature.rawRepresentation), of: [7]))
    }

    /// PKCS #1 v1.5 padding is known byte for byte, so raising a signature to the exponent must give it.
    @Test("powers agree with swift-crypto's signatures")
    func powers() throws {
        let own = try _RSA.Signing.PrivateKey(derRepresentation: Data([UInt8](hex: Self.vector().privateKey)))
        let numbers = try own.publicKey.getKeyPrimitives()
        let key = try RSAVerificationKey(modulus: Array(numbers.modulus), exponent: 65537)
        let digest = Crypto.SHA256.hash(data: Data([9]))
        let signature = try own.signature(for: digest, padding: .insecurePKCS1v1_5)
        let prefix = try [UInt8](hex: "3031300d060960864801650304020105000420")
        let filling = [UInt8](repeating: 0xff, count: 256 - 3 - prefix.count - 32)
        #expect(key.power(Array(signature.rawRepresentation)) == [0, 1] + filling + [0] + prefix + Array(digest))
        #expect(key.power(Array(numbers.modulus)) == nil)
    }

    @Test("texts that are no key")
    func refusals() throws {
        let text = try Self.vector().publicKey
        func error(_ text: String) -> RSAKeyError? {
            do throws(RSAKeyError) {
                _ = try RSAVerificationKey(text: Array(text.utf8))
                return nil
            } catch { return error }
        }
        #expect(error(text + " comment") == nil)
        for bad in ["", "ssh-rsa", "ssh-rsa AAAA", text.replacing("ssh-rsa", with: "ssh-dss"), String(text.dropLast(8)), text + "AAAA"] {
            #expect(error(bad) == .notSSH, "\(bad)")
        }
        #expect(error(text + String(repeating: " ", count: 1024)) == .notSSH)
        func refusal(_ modulus: [UInt8], _ exponent: UInt32) -> RSAKeyError? {
            do throws(RSAKeyError) {
                _ = try RSAVerificationKey(modulus: modulus, exponent: exponent)
                return nil
            } catch { return error }
        }
        let modulus = [UInt8](repeating: 0xff, count: 256)
        #expect(refusal(modulus, 65537) == nil && refusal([0] + modulus, 65537) == nil)
        for count in [0, 127, 128, 255, 257, 512, 513] {
            #expect(refusal([UInt8](repeating: 0xff, count: count), 65537) == .size, "\(count)")
        }
        #expect(refusal([UInt8](repeating: 0xfe, count: 256), 65537) == .size, "even")
        #expect(refusal([0x7f] + [UInt8](repeating: 0xff, count: 255), 65537) == .size, "2047 bits")
        for exponent in [0, 1, 3, 4, 17, 65536, 65539, .max] as [UInt32] { #expect(refusal(modulus, exponent) == .exponent, "\(exponent)") }
    }
}
