public import LoRA
public import Primitives

/// Why an adapter cannot be made anew from its updates' files.
public enum AdapterRebuildError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody provides a file of the update.
    case missingFile(Hash32, update: Hash32)
    case manifest(ManifestFault, update: Hash32)
    /// The files lead elsewhere than the update says.
    case otherRoot(Hash32, expected: Hash32, update: Hash32)

    public var description: String {
        switch self {
        case .missingFile(let file, let update): "nobody provides the file \(file.hex) of the update \(update.hex)"
        case .manifest(let fault, let update): "the update \(update.hex) is no update: \(fault)"
        case .otherRoot(let actual, let expected, let update):
            "the files of the update \(update.hex) lead to the adapter \(actual.hex), not \(expected.hex)"
        }
    }
}

extension AdapterLineage.Step {
    /// The step's adapter, made of its files as every node makes it, and checked against its root.
    ///
    /// - Parameters:
    ///   - files: the bytes of each of the step's files, in order.
    ///   - parent: the adapter that the step starts from.
    public func result(
        on parent: LoRAAdapter, files: [[UInt8]], baseModelRoot: Hash32
    ) throws(AdapterRebuildError) -> LoRAAdapter {
        let intake = UpdateIntake(baseModelRoot: baseModelRoot, parent: self.parent, layout: parent.layout)
        let result: LoRAAdapter
        do throws(ManifestFault) {
            result = try ManifestReview.result(of: self.files, bytes: files, intake: intake, parent: parent)
        } catch {
            throw .manifest(error, update: update)
        }
        guard result.root == adapter else { throw .otherRoot(result.root, expected: adapter, update: update) }
        return result
    }
}
