import Crypto
import Foundation
import NIOCore
import PeerIdentity
import Primitives
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import LibP2PProtocols

@Suite("TLS certificates")
struct TLSTests {
    /// The certificates of the specification, and whom each authenticates; nobody where the signature is another's.
    struct Vector: Decodable {
        var hex: String
        var peer: String?
    }

    static let now = Date(timeIntervalSince1970: 1_700_000_000)

    static func vectors() throws -> [Vector] {
        let url = try #require(Bundle.module.url(forResource: "tls-certificates", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode([Vector].self, from: Data(contentsOf: url))
    }

    @Test("the specification's certificates: Ed25519, ECDSA, secp256k1, and one that lies")
    func specification() throws {
        let vectors = try Self.vectors()
        #expect(vectors.count == 4)
        for vector in vectors {
            let bytes = try [UInt8](hex: vector.hex)
            guard let peer = vector.peer else {
                #expect(throws: TLSIdentityError.badIdentitySignature) {
                    try TLSCertificate.identity(of: [bytes], expected: nil, now: Self.now)
                }
                continue
            }
            let key = try TLSCertificate.identity(of: [bytes], expected: PeerID(peer), now: Self.now)
            #expect(key.peerID.description == peer)
        }
    }

    @Test("our own certificate comes back as our identity")
    func roundTrip() throws {
        let (one, two) = (try ConnectionTests.pair(1), try ConnectionTests.pair(2))
        let bytes = try TLSCertificate(identity: one, now: Self.now).bytes
        #expect(try TLSCertificate.identity(of: [bytes], expected: one.peerID, now: Self.now).peerID == one.peerID)
        #expect(throws: TLSIdentityError.wrongPeer(expected: "\(two.peerID)", actual: "\(one.peerID)")) {
            try TLSCertificate.identity(of: [bytes], expected: two.peerID, now: Self.now)
        }
        #expect(throws: TLSIdentityError.notValidNow) {
            try TLSCertificate.identity(of: [bytes], expected: nil, now: Self.now - 7_200)
        }
        #expect(throws: TLSIdentityError.certificates(0)) { try TLSCertificate.identity(of: [], expected: nil, now: Self.now) }
        #expect(throws: TLSIdentityError.certificates(2)) {
            try TLSCertificate.identity(of: [bytes, bytes], expected: nil, now: Self.now)
        }
    }

    @Test("a certificate that was changed anywhere is refused, never trapped", arguments: 1...4)
    func changed(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for vector in try Self.vectors() {
            let bytes = try [UInt8](hex: vector.hex)
            for _ in 0..<60 {
                var bad = bytes
                bad[Int.random(in: bad.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                #expect(throws: TLSIdentityError.self) { try TLSCertificate.identity(of: [bad], expected: nil, now: Self.now) }
                let cut = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator)))
                #expect(throws: TLSIdentityError.malformedCertificate) {
                    try TLSCertificate.identity(of: [cut], expected: nil, now: Self.now)
                }
            }
        }
        #expect(throws: TLSIdentityError.malformedCertificate) {
            try TLSCertificate.identity(of: [[UInt8](repeating: 0x30, count: 20_000)], expected: nil, now: Self.now)
        }
    }

    @Test("another's key on the certificate, no extension, or one that must be understood")
    func foreign() throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        func certificate(signedBy signer: Certificate.PrivateKey, _ extensions: [Certificate.Extension]) throws -> [UInt8] {
            let name = try DistinguishedName { OrganizationName("x") }
            let made = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey, notValidBefore: Self.now - 10,
                notValidAfter: Self.now + 10, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions(extensions), issuerPrivateKey: signer)
            var coder = DER.Serializer()
            try coder.serialize(made)
            return coder.serializedBytes
        }
        let unknown = Certificate.Extension(oid: [1, 2, 3, 4], critical: true, value: [0x05, 0x00])
        for (bytes, error) in [
            (try certificate(signedBy: Certificate.PrivateKey(P256.Signing.PrivateKey()), []), TLSIdentityError.badSelfSignature),
            (try certificate(signedBy: key, []), .noIdentity),
            (try certificate(signedBy: key, [unknown]), .unknownCriticalExtension("1.2.3.4")),
            (
                try certificate(signedBy: key, [Certificate.Extension(oid: TLSSignedKey.identifier, critical: true, value: [0x30, 0x00])]),
                .malformedIdentity
            ),
        ] {
            #expect(throws: error) { try TLSCertificate.identity(of: [bytes], expected: nil, now: Self.now) }
        }
    }

    @Test("a machine hands TLS over, and speaks in the clear inside it", arguments: ["/yamux/1.0.0", "libp2p"])
    func machine(applicationProtocol: String) throws {
        let (one, two) = (try ConnectionTests.pair(1), try ConnectionTests.pair(2))
        var dialer = try ConnectionMachine(isDialer: true, identity: one, securities: [.tls, .noise])
        var listener = try ConnectionMachine(isDialer: false, identity: two, securities: ConnectionSecurity.allCases)
        try dialer.start()
        var early = try #require(try dialer.nextOutput())
        early.writeString("hello")
        #expect(try listener.receive(early) == [.startTLS(ByteBuffer(string: "hello"))])
        #expect(try dialer.receive(try #require(try listener.nextOutput())) == [.startTLS(ByteBuffer())])
        #expect(throws: ConnectionError.tls(.noApplicationProtocol)) {
            var refused = dialer
            _ = try refused.secured(RemotePublicKey(two.publicKey), applicationProtocol: "h2")
        }
        var events = try dialer.secured(RemotePublicKey(two.publicKey), applicationProtocol: applicationProtocol)
        events += try listener.secured(RemotePublicKey(one.publicKey), applicationProtocol: applicationProtocol)
        for _ in 0..<4 {
            if let bytes = try dialer.nextOutput() { events += try listener.receive(bytes) }
            if let bytes = try listener.nextOutput() { events += try dialer.receive(bytes) }
        }
        #expect(events.contains(.established(RemotePublicKey(one.publicKey))))
        #expect(events.contains(.established(RemotePublicKey(two.publicKey))))
        let id = try dialer.session.open()
        try dialer.session.send(ByteBuffer(string: "in the clear"), on: id)
        #expect(try listener.receive(try #require(try dialer.nextOutput())).last == .stream(.data(id, ByteBuffer(string: "in the clear"))))
    }

    @Test("nothing is believed before TLS has said who speaks")
    func early() throws {
        var listener = try ConnectionMachine(isDialer: false, identity: ConnectionTests.pair(2), securities: [.tls])
        var dialer = try ConnectionMachine(isDialer: true, identity: ConnectionTests.pair(1), securities: [.tls])
        try dialer.start()
        _ = try listener.receive(try #require(try dialer.nextOutput()))
        #expect(throws: ConnectionError.tls(.notAuthenticated)) { try listener.receive(ByteBuffer(string: "x")) }
    }
}
