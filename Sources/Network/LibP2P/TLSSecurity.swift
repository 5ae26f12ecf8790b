import Foundation
import LibP2PProtocols
import NIOCore
import NIOSSL
import PeerIdentity

/// This host's side of `/tls/1.0.0`: one certificate for as long as the host lives, TLS 1.3 only, and the peer's certificate
/// judged by libp2p's rules instead of the web's.
final class TLSSecurity: Sendable {
    private let dialing: NIOSSLContext
    private let listening: NIOSSLContext

    init(identity: any PeerSigner) throws {
        let own = try TLSCertificate(identity: identity, now: Date())
        let certificate = try NIOSSLCertificate(bytes: own.bytes, format: .der)
        let key = try NIOSSLPrivateKey(bytes: Array(own.privateKey.utf8), format: .pem)
        func context(_ configuration: TLSConfiguration) throws -> NIOSSLContext {
            var configuration = configuration
            configuration.certificateChain = [.certificate(certificate)]
            configuration.privateKey = .privateKey(key)
            configuration.minimumTLSVersion = .tlsv13
            configuration.applicationProtocols = ConnectionMachine.applicationProtocols
            // A certificate must come; the verdict on it is the handler's callback's.
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates([])
            // BoringSSL leaves Ed25519 out of its own list.
            configuration.verifySignatureAlgorithms = [
                .ecdsaSecp256R1Sha256, .ecdsaSecp384R1Sha384, .ed25519, .rsaPssRsaeSha256, .rsaPssRsaeSha384, .rsaPssRsaeSha512,
            ]
            configuration.shutdownTimeout = .seconds(1)
            return try NIOSSLContext(configuration: configuration)
        }
        dialing = try context(.makeClientConfiguration())
        listening = try context(.makeServerConfiguration(certificateChain: [], privateKey: .privateKey(key)))
    }

    /// Speaks TLS between a connection and its peer.
    ///
    /// - Parameter verdict: learns who the peer is, or why that is not known.
    func handler(isDialer: Bool, expecting peer: PeerID?, verdict: Verdict) throws -> NIOSSLHandler {
        let verify: NIOSSLCustomVerificationCallback = { certificates, promise in
            verdict.judge(certificates, expecting: peer)
            promise.succeed(verdict.key == nil ? .failed : .certificateVerified)
        }
        guard isDialer else { return NIOSSLServerHandler(context: listening, customVerificationCallback: verify) }
        return try NIOSSLClientHandler(context: dialing, serverHostname: nil, customVerificationCallback: verify)
    }

    /// What the peer's certificate said; used on the connection's event loop alone. A session that was resumed brings no
    /// certificate, so that it has no verdict and is refused.
    final class Verdict {
        private(set) var key: RemotePublicKey?
        private(set) var error: TLSIdentityError?

        func judge(_ certificates: [NIOSSLCertificate], expecting peer: PeerID?) {
            do throws(TLSIdentityError) {
                guard let chain = try? certificates.map({ try $0.toDERBytes() }) else { throw .malformedCertificate }
                key = try TLSCertificate.identity(of: chain, expected: peer, now: Date())
            } catch {
                self.error = error
            }
        }
    }
}
