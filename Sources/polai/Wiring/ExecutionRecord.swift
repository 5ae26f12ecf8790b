import ExecutionChain
import Foundation
import Keys
import Logging
import Primitives

/// What the data directory of an execution node alone remembers of its chain, so that later starts resume it.
struct ExecutionRecord: Codable, Equatable {
    var genesisTime: UInt64
    var secondsPerSlot: Int
    var genesisDifficulty: UInt64?
    /// Wei that accounts owned before the first block, by address; `nil` for nobody.
    var funded: [String: String]?
    /// Another node's chain, whatever the options say.
    var isJoined: Bool?

    /// The chain that `options` ask for.
    ///
    /// - Parameter seed: the founder's; `nil` for a chain without a founder's account.
    init(_ options: ExecutionGenesisOptions, genesisTime: UInt64, seed: GenesisSeed?) throws {
        (self.genesisTime, secondsPerSlot, genesisDifficulty) = (genesisTime, options.secondsPerSlot, options.genesisDifficulty)
        funded = try options.accounts(founder: seed).record
    }

    /// The execution side of a whole chain.
    init(_ chain: ChainRecord) {
        (genesisTime, secondsPerSlot, genesisDifficulty) = (chain.genesisTime, chain.secondsPerSlot, chain.genesisDifficulty)
        funded = chain.funded
        if chain.validatorKeys != nil { isJoined = true }
    }

    var genesis: Genesis {
        get throws {
            ChainGenesis.execution(
                genesisTime: genesisTime, secondsPerSlot: secondsPerSlot, difficulty: genesisDifficulty,
                allocations: try .init(recorded: funded))
        }
    }

    /// The chain of a data directory: that of an earlier start, of `polai up` there, or of the place that is joined; else a new
    /// one from the options.
    ///
    /// - Parameters:
    ///   - genesisTime: as it was named.
    ///   - seed: of the founder.
    static func of(
        datadir: String, options: ExecutionGenesisOptions, genesisTime: UInt64?, seed: GenesisSeed?, join: JoinTarget?, logger: Logger
    ) async throws -> ExecutionRecord {
        var known = try load(datadir: datadir)
        if known == nil { known = try ChainRecord.load(datadir: datadir).map(ExecutionRecord.init) }
        if known == nil, let join {
            known = ExecutionRecord(try await GenesisFetch.record(from: join.places, logger: logger))
            known?.isJoined = true
        }
        var record = try ExecutionRecord(
            options, genesisTime: genesisTime ?? known?.genesisTime ?? UInt64(Date().timeIntervalSince1970) + 2, seed: seed)
        if let known {
            if known.isJoined == true { record = known }
            guard known == record else {
                throw SetupError(
                    "the chain in \(datadir) was begun with other options (\(known)); use those again, or another --datadir")
            }
        }
        try record.save(datadir: datadir)
        return record
    }

    /// Whether an earlier start left a chain.
    static func exists(datadir: String) -> Bool { FileManager.default.fileExists(atPath: path(datadir)) }

    private static func load(datadir: String) throws -> ExecutionRecord? {
        guard let data = FileManager.default.contents(atPath: path(datadir)) else { return nil }
        do {
            return try JSONDecoder().decode(ExecutionRecord.self, from: data)
        } catch {
            throw SetupError("\(path(datadir)) is damaged (\(error)); restore it, or start with another --datadir")
        }
    }

    /// Writes the record so that it is there whole or not at all.
    private func save(datadir: String) throws {
        try Databases.make("chain_data", in: datadir)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: Self.path(datadir)), options: .atomic)
    }

    private static func path(_ datadir: String) -> String { "\(datadir)/chain_data/geth.json" }
}
