import EngineTypes
import Foundation
import LibP2P
import Logging
import Multiformats
import NIOPosix
import PeerBlocks
import PeerIdentity
import Synchronization

/// Asks nodes of a chain what it begins with, before this node has a chain of its own.
enum GenesisFetch {
    private static let longestPause: Duration = .seconds(30)

    /// The chain that a new node follows: that of `join`, or else of `others`.
    ///
    /// - Parameter others: nodes that may follow none.
    /// - Returns: `nil` where they all are there and follow no chain: the DHT alone, for one. Nobody begins a chain of its own
    ///   because others could not be reached.
    static func joined(_ join: JoinTarget?, others: [Multiaddr] = [], logger: Logger) async throws -> ChainRecord? {
        guard let join else { return others.isEmpty ? nil : try await ask(others, logger: logger, mayEndWithout: true) }
        var record = try await record(from: join.places, logger: logger)
        record.joinedCheckpoint = join.checkpoint
        return record
    }

    /// Asks one place after the other until one tells, for ever; says for whom it waits.
    static func record(from places: [Multiaddr], logger: Logger) async throws -> ChainRecord {
        guard let record = try await ask(places, logger: logger, mayEndWithout: false) else { throw CancellationError() }
        return record
    }

    private static func ask(_ places: [Multiaddr], logger: Logger, mayEndWithout: Bool) async throws -> ChainRecord? {
        // Under a name of its own: this node's is for its own network, which is not there yet.
        var quiet = Logger(label: "join")
        quiet.logLevel = .error
        let host = Host(identity: try PeerKeyPair.passing(), group: MultiThreadedEventLoopGroup.singleton, logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await host.run() }
            defer { tasks.cancelAll() }
            var (pause, told): (Duration, String?) = (.seconds(1), nil)
            while true {
                var (reasons, chainless): ([String], Int) = ([], 0)
                for place in places {
                    do {
                        let (peer, _) = try await host.connect(to: place)
                        return try ChainRecord(description: try await GenesisExchange.fetch(from: peer, over: host))
                    } catch HostError.negotiation {
                        chainless += 1
                        reasons.append("\(place): who is there follows no chain")
                    } catch {
                        reasons.append("\(place): \(error)")
                    }
                }
                if mayEndWithout, chainless == places.count { return nil }
                let reason = reasons.joined(separator: "; ")
                if told != reason {
                    let advice = mayEndWithout ? "; --solo begins a chain of one's own" : ""
                    logger.warning("Waiting for a node that tells of the chain: \(reason)\(advice)")
                }
                told = reason
                try await Task.sleep(for: pause)
                pause = min(pause * 2, longestPause)
            }
        }
    }
}

extension ChainRecord {
    /// Reads what a peer says of its chain. Nothing of it is believed; what cannot be a chain is refused here.
    init(description bytes: [UInt8]) throws {
        guard bytes.count <= GenesisExchange.limit else { throw SetupError("what it tells of the chain is too long") }
        do { self = try JSONDecoder().decode(ChainRecord.self, from: Data(bytes)) } catch {
            throw SetupError("what it tells of the chain cannot be read")
        }
        guard let validatorKeys, (1...2048).contains(validatorKeys.count), validatorKeys.count == validators,
            (2...3600).contains(secondsPerSlot), genesisDifficulty ?? .max >= PolChain.minimumDifficulty, funded?.count ?? 0 <= 1024
        else { throw SetupError("what it tells of the chain is no chain") }
        joinedCheckpoint = nil
    }

    /// What is told to others: everything but what is this node's own.
    func description(keys: [String]) throws -> [UInt8] {
        var told = self
        (told.validatorKeys, told.joinedCheckpoint) = (keys, nil)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Array(try encoder.encode(told))
    }
}
