import ContentShelves
import KeyValueStore
import LearningStore
public import LoRA
public import Primitives
public import ServiceInterfaces
import UpdateCodec
import UpdateJudgement
import UpdateLife

/// What a node's data directory tells of its learning, read while the node runs or stands still.
public struct NodeRecords: Sendable {
    private let learning: LearningStore
    private let content: BlobShelf

    /// Opens the databases under `datadir` for reading.
    public init(datadir: String) throws {
        learning = LearningStore(
            try KeyValueStore(reading: "\(datadir)/chain_data/learning", tables: LearningStore.tables))
        content = BlobShelf(
            store: try KeyValueStore(reading: "\(datadir)/dht_db", tables: BlobShelf.contentTables), limit: UpdateFile.maximumSize)
    }

    /// The journal's entry of an update, by its id or the id of one of its files.
    public func summary(_ id: Hash32) throws -> UpdateSummary? {
        try learning.record(id).map { UpdateSummary($0) }
    }

    /// The adapters that accepted updates led to, the newest first, with whether each is final.
    public func acceptedAdapters(limit: Int = 1000) throws -> [(root: Hash32, isFinal: Bool)] {
        try learning.latestRecords(limit: limit).compactMap { record in
            guard record.inclusion != nil || record.isFinalised, let root = record.adapter else { return nil }
            return (root, record.isFinalised)
        }
    }

    /// The adapter of `root`; without one the newest final adapter, else the newest accepted one, else zero. One that the
    /// node does not hold any more is made anew of its update files.
    ///
    /// - Throws: `AdapterRebuildError` where files are gone or lead elsewhere.
    public func adapter(_ root: Hash32?, layout: LoRALayout, baseModelRoot: Hash32) throws -> LoRAAdapter? {
        if let root { return try held(root, layout: layout) ?? rebuilt(root, layout: layout, baseModelRoot: baseModelRoot) }
        let accepted = try acceptedAdapters()
        guard let newest = accepted.first(where: \.isFinal) ?? accepted.first else { return .zero(layout) }
        return try held(newest.root, layout: layout) ?? rebuilt(newest.root, layout: layout, baseModelRoot: baseModelRoot)
    }

    private func rebuilt(_ root: Hash32, layout: LoRALayout, baseModelRoot: Hash32) throws -> LoRAAdapter? {
        let roots = Set(try learning.adapterRoots()).union([LoRAAdapter.zero(layout).root])
        let lineage = AdapterLineage(try learning.latestRecords(limit: .max).reversed())
        guard let path = lineage.path(to: root, from: roots.contains), let first = path.first,
            var adapter = try held(first.parent, layout: layout)
        else { return nil }
        for step in path {
            let files = try step.files.map { id in
                guard let bytes = try file(id) else { throw AdapterRebuildError.missingFile(id, update: step.update) }
                return bytes
            }
            adapter = try step.result(on: adapter, files: files, baseModelRoot: baseModelRoot)
        }
        return adapter
    }

    private func held(_ root: Hash32, layout: LoRALayout) throws -> LoRAAdapter? {
        let zero = LoRAAdapter.zero(layout)
        return try root == zero.root ? zero : learning.adapter(root, layout: layout)
    }

    /// The update file with that SHA-256.
    public func file(_ id: Hash32) throws -> [UInt8]? { try content.get(id) }

    /// What each of the node's trainers keeps: its name, the number of its next round, and the rest it carries into it.
    public func trainers(layout: LoRALayout) throws -> [(name: String, round: UInt64, residual: LoRADelta)] {
        try learning.trainerNames().compactMap { name in
            guard let bytes = try learning.trainerState(name), bytes.count > 8,
                let round = bytes.bigEndian(UInt64.self, at: 0),
                let residual = try? LoRADelta(layout: layout, bytes: Array(bytes.dropFirst(8)))
            else { return nil }
            return (name, round, residual)
        }
    }
}
