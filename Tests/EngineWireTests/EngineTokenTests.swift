import Foundation
import Testing

@testable import EngineWire

@Suite("Engine API tokens")
struct EngineTokenTests {
    private let secret: JWTSecret
    private let other: JWTSecret

    init() throws {
        secret = try JWTSecret("0x" + String(repeating: "ab", count: 32))
        other = try JWTSecret(String(repeating: "cd", count: 32))
    }

    /// HMAC and base64 of Python: the text that PyJWT writes for `{"iat": 1700000000}` under 32 bytes 0xab.
    private let known =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3MDAwMDAwMDB9.ILD6C_SXwKNhCvebSXLJDwCYa2iZjSb05lH6gII16L8"

    @Test("a token made elsewhere is taken, and ours is the same text")
    func knownAnswer() throws {
        try EngineToken.check(known, secret, now: 1_700_000_030)
        #expect(EngineToken.issue(secret, now: 1_700_000_000.9) == known)
    }

    @Test("a token holds for a minute before and after, under its own secret")
    func freshness() throws {
        let token = EngineToken.issue(secret, now: 1_000_000)
        for now in [999_940, 1_000_000, 1_000_060] { try EngineToken.check(token, secret, now: Double(now)) }
        #expect(throws: EngineToken.Refused.stale(seconds: 61)) { try EngineToken.check(token, secret, now: 1_000_061) }
        #expect(throws: EngineToken.Refused.stale(seconds: -61)) { try EngineToken.check(token, secret, now: 999_939) }
        #expect(throws: EngineToken.Refused.wrongSignature) { try EngineToken.check(token, other, now: 1_000_000) }
    }

    @Test("what is no token says why")
    func refused() {
        #expect(throws: EngineToken.Refused.missing) { try EngineToken.check(nil, secret, now: 0) }
        #expect(throws: EngineToken.Refused.missing) { try EngineToken.check("", secret, now: 0) }
        for text in ["x", "a.b", "a.b.c.d", "..", "e30.e30.", "W10.e30.AA", "e30=.e30.AA", String(repeating: "a", count: 5000)] {
            #expect(throws: EngineToken.Refused.malformed) { try EngineToken.check(text, secret, now: 0) }
        }
    }

    @Test("neither none nor another algorithm is taken, whatever signs it")
    func algorithms() {
        for head in [#"{"alg":"none"}"#, #"{"alg":"HS384"}"#, #"{"alg":"hs256"}"#, "{}"] {
            #expect(throws: EngineToken.Refused.wrongAlgorithm) { try EngineToken.check(signed(head, #"{"iat":0}"#), secret, now: 0) }
        }
    }

    @Test("claims: without a time of issue, with an end that has passed")
    func claims() {
        let head = #"{"alg":"HS256"}"#
        for body in ["{}", #"{"iat":"0"}"#, #"{"iat":1e999}"#] {
            #expect(throws: EngineToken.Refused.noIssueTime) { try EngineToken.check(signed(head, body), secret, now: 0) }
        }
        #expect(throws: EngineToken.Refused.expired) { try EngineToken.check(signed(head, #"{"iat":9,"exp":8}"#), secret, now: 9) }
        #expect(throws: Never.self) { try EngineToken.check(signed(head, #"{"iat":9.5,"id":"cl"}"#), secret, now: 9) }
    }

    @Test("a secret is 32 bytes, and never shows itself")
    func secrets() throws {
        #expect(throws: JWTSecret.SecretError.wrongLength(31)) { try JWTSecret(String(repeating: "ab", count: 31)) }
        #expect(throws: JWTSecret.SecretError.notHexadecimal) { try JWTSecret(String(repeating: "zz", count: 32)) }
        #expect(try JWTSecret(" 0x" + secret.hex + "\n").hex == secret.hex)
        #expect(!"\(secret)".contains("abab"))
        #expect(JWTSecret.random().hex != JWTSecret.random().hex)
    }

    /// A token with these parts, rightly signed.
    private func signed(_ head: String, _ claims: String) -> String {
        EngineToken.sign(head: head, claims: claims, secret)
    }
}
