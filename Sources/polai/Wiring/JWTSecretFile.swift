import EngineWire
import Foundation
import HTTPDoor
import Logging

/// The file of the secret between the execution and the consensus layer.
enum JWTSecretFile {
    /// Bytes of a file that are looked at: a secret with its prefix and space around it.
    private static let limit = 1024

    /// Reads the secret, or makes a new one that only this user can read.
    static func secret(_ path: String) throws -> JWTSecret {
        guard FileManager.default.fileExists(atPath: path) else { return try make(path) }
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: limit + 1), data.count <= limit else {
            throw SetupError("cannot read a JWT secret from \(path): is it a file of 64 hexadecimal digits?")
        }
        do {
            return try JWTSecret(String(decoding: data, as: UTF8.self))
        } catch {
            throw SetupError("\(path): \(error); remove it to have a new one made, and give both layers the same file")
        }
    }

    /// Reads the secret that another role makes, once it is there.
    static func awaited(_ path: String, logger: Logger) async throws -> JWTSecret {
        try await waiting(
            for: "the JWT secret \(path), which 'polai geth --jwtsecret \(path)' makes", logger: logger, isHopeless: { _ in false }
        ) {
            guard FileManager.default.fileExists(atPath: path) else { throw SetupError("there is no such file yet") }
            return try secret(path)
        }
    }

    private static func make(_ path: String) throws -> JWTSecret {
        let secret = JWTSecret.random()
        try OwnersFile.write((secret.hex + "\n").utf8, to: path)
        return secret
    }
}

extension JWTSecret {
    /// Lets through whoever holds this secret.
    var check: BearerCheck { BearerCheck { token in try EngineToken.check(token, self, now: Date().timeIntervalSince1970) } }

    /// A token issued now.
    var token: @Sendable () -> String { { EngineToken.issue(self, now: Date().timeIntervalSince1970) } }
}
