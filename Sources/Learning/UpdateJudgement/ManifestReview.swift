public import Aggregation
public import LoRA
public import Primitives
public import UpdateCodec

/// What a manifest says of one file.
public struct ManifestEntry: Sendable, Hashable {
    public let file: Hash32
    public let reward: Address
    public let isSelected: Bool

    public init(file: Hash32, reward: Address, isSelected: Bool) {
        self.file = file
        self.reward = reward
        self.isSelected = isSelected
    }
}

/// What is wrong with another node's manifest. Its files may be sound all the same.
public enum ManifestFault: Refusal, Equatable {
    case empty(files: Int, choices: Int)
    case file(Hash32, UpdateFileError)
    case reward(Hash32)
    case aggregation(AggregationError)
    case selection
    case overflow
    case gate(before: Float, after: Float)
    /// What the guard slice or the forgetting budget says, in words.
    case slice(String)

    public var rule: String {
        switch self {
        case .empty: "manifest"
        case .file: "file"
        case .reward: "reward"
        case .aggregation: "aggregation"
        case .selection: "selection"
        case .overflow: "overflow"
        case .gate: "gate"
        case .slice: "slice"
        }
    }

    public var fault: Fault { .sender }

    public var description: String {
        switch self {
        case .empty(let files, let choices): "the manifest names \(files) files and selects among \(choices)"
        case .file(let id, let error): "the file \(id.shortHex): \(error)"
        case .reward(let id): "the manifest rewards another address for \(id.shortHex) than the file names"
        case .aggregation(let error): "\(error)"
        case .selection: "the manifest's selection is not the one that the rule makes"
        case .overflow: "the adapter overflows"
        case .gate(let before, let after): "Loss gate: \(before) to \(after) does not fall by 0.1 %"
        case .slice(let reason): reason
        }
    }
}

/// Recomputes what another node's manifest claims, but for the gate.
public enum ManifestReview {
    /// The adapter that the manifest leads to.
    ///
    /// - Parameters:
    ///   - files: the bytes of each entry's file, in order.
    ///   - parent: the adapter that they start from.
    public static func result(
        _ entries: [ManifestEntry], files: [[UInt8]], intake: UpdateIntake, parent: LoRAAdapter
    ) throws(ManifestFault) -> LoRAAdapter {
        let updates = try check(entries.map(\.file), files, intake)
        for (entry, update) in zip(entries, updates) where update.file.metadata.trainer != entry.reward {
            throw .reward(entry.file)
        }
        return try sum(updates, selected: entries.map(\.isSelected), intake.layout, on: parent)
    }

    /// The adapter that a manifest's files lead to, where its root is known and speaks for the rest.
    static func result(
        of files: [Hash32], bytes: [[UInt8]], intake: UpdateIntake, parent: LoRAAdapter
    ) throws(ManifestFault) -> LoRAAdapter {
        try sum(check(files, bytes, intake), selected: nil, intake.layout, on: parent)
    }

    private static func check(
        _ files: [Hash32], _ bytes: [[UInt8]], _ intake: UpdateIntake
    ) throws(ManifestFault) -> [CheckedUpdate] {
        guard !files.isEmpty, files.count == bytes.count else { throw .empty(files: files.count, choices: bytes.count) }
        var checked: [CheckedUpdate] = []
        for (file, bytes) in zip(files, bytes) {
            do throws(UpdateFileError) {
                checked.append(try intake.check(bytes))
            } catch {
                throw .file(file, error)
            }
        }
        return checked
    }

    /// - Parameter selected: what the rule has to select; `nil` where that is not known.
    private static func sum(
        _ updates: [CheckedUpdate], selected: [Bool]?, _ layout: LoRALayout, on parent: LoRAAdapter
    ) throws(ManifestFault) -> LoRAAdapter {
        let aggregate: AggregatedUpdate
        do throws(AggregationError) {
            aggregate = try AggregatedUpdate(updates.map(\.input), layout: layout)
        } catch {
            throw .aggregation(error)
        }
        if let selected, aggregate.selected != selected { throw .selection }
        guard let result = try? parent.adding(aggregate.delta) else { throw .overflow }
        return result
    }
}
