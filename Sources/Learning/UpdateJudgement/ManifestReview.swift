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

    public var rule: String {
        switch self {
        case .empty: "manifest"
        case .file: "file"
        case .reward: "reward"
        case .aggregation: "aggregation"
        case .selection: "selection"
        case .overflow: "overflow"
        case .gate: "gate"
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
        guard !entries.isEmpty, entries.count == files.count else { throw .empty(files: entries.count, choices: files.count) }
        var inputs: [AggregationInput] = []
        for (entry, bytes) in zip(entries, files) {
            let checked: CheckedUpdate
            do throws(UpdateFileError) {
                checked = try intake.check(bytes)
            } catch {
                throw .file(entry.file, error)
            }
            guard checked.file.metadata.trainer == entry.reward else { throw .reward(entry.file) }
            inputs.append(checked.input)
        }
        let aggregate: AggregatedUpdate
        do throws(AggregationError) {
            aggregate = try AggregatedUpdate(inputs, layout: intake.layout)
        } catch {
            throw .aggregation(error)
        }
        guard aggregate.selected == entries.map(\.isSelected) else { throw .selection }
        guard let result = try? parent.adding(aggregate.delta) else { throw .overflow }
        return result
    }
}
