import Crypto
import Foundation
import JSON
import Multiformats

/// A JSON Web Token as the Engine API has it: HS256 over a claim `iat`, at most 60 seconds from now.
public enum EngineToken {
    /// Why a token was refused.
    public enum Refused: Error, Hashable, Sendable, CustomStringConvertible {
        case missing
        case malformed
        /// Only HS256 is taken; `none` least of all.
        case wrongAlgorithm
        case wrongSignature
        case noIssueTime
        /// Issued this many seconds ago; a negative number lies ahead.
        case stale(seconds: Int)
        case expired

        public var description: String {
            switch self {
            case .missing: "missing token: send the header Authorization: Bearer TOKEN, signed with the jwt.hex that both layers hold"
            case .malformed: "malformed token"
            case .wrongAlgorithm: "the token's algorithm is not HS256"
            case .wrongSignature: "signature is invalid: do both layers hold the same jwt.hex?"
            case .noIssueTime: "missing issued-at"
            case .stale(let seconds) where seconds < 0: "future token: issued \(-seconds) s ahead; are both clocks right?"
            case .stale(let seconds): "stale token: issued \(seconds) s ago, at most \(tolerance)"
            case .expired: "token is expired"
            }
        }
    }

    /// Seconds between the time of issue and now.
    public static let tolerance = 60
    /// Characters of a token that are looked at.
    private static let limit = 4096

    /// A token issued now.
    ///
    /// - Parameter now: seconds since the Unix epoch.
    public static func issue(_ secret: JWTSecret, now: Double) -> String {
        sign(head: #"{"alg":"HS256","typ":"JWT"}"#, claims: #"{"iat":\#(Int64(now))}"#, secret)
    }

    static func sign(head: String, claims: String, _ secret: JWTSecret) -> String {
        let text = "\(Base64URL.encode(head.utf8)).\(Base64URL.encode(claims.utf8))"
        return "\(text).\(Base64URL.encode(Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: secret.key))))"
    }

    /// Checks what stands behind `Bearer ` in an `Authorization` header; `nil` when there is none.
    public static func check(_ token: String?, _ secret: JWTSecret, now: Double) throws(Refused) {
        guard let token, !token.isEmpty else { throw .missing }
        let parts = token.utf8.count <= limit ? token.split(separator: ".", omittingEmptySubsequences: false) : []
        guard parts.count == 3, let head = object(parts[0]), let claims = object(parts[1]), !parts[2].isEmpty,
            let code = Base64URL.decode(parts[2])
        else {
            throw .malformed
        }
        guard head["alg"]?.string == "HS256" else { throw .wrongAlgorithm }
        let signed = Data("\(parts[0]).\(parts[1])".utf8)
        guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: secret.key) else { throw .wrongSignature }
        guard let issued = claims["iat"]?.double, issued.isFinite else { throw .noIssueTime }
        let age = now - issued
        guard abs(age) <= Double(tolerance) else { throw .stale(seconds: Int(exactly: age.rounded()) ?? .max) }
        if let end = claims["exp"]?.double, end < now { throw .expired }
    }

    private static func object(_ part: Substring) -> JSONValue? {
        guard let bytes = Base64URL.decode(part), let value = try? JSONValue(parsing: bytes, depthLimit: 4), value.object != nil else {
            return nil
        }
        return value
    }
}
