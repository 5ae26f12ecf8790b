import JSON
import LoRA

/// The modules that peft puts an adapter on, by `target_modules`, `exclude_modules` and `layers_to_transform`. Matrices of
/// others lie in the file without effect.
struct PEFTSelection {
    /// Names, or ends of names after a point; `nil` for every projection.
    private let targets: [String]?
    private let excluded: [String]
    private let layers: Set<Int>?

    static let all = PEFTSelection(targets: nil, excluded: [], layers: nil)

    private init(targets: [String]?, excluded: [String], layers: Set<Int>?) {
        self.targets = targets
        self.excluded = excluded
        self.layers = layers
    }

    init(_ json: JSONValue) throws(PEFTError) {
        func present(_ key: String) -> JSONValue? { json[key].flatMap { $0.isNull ? nil : $0 } }
        func names(_ key: String) throws(PEFTError) -> [String]? {
            guard let value = present(key) else { return nil }
            guard let elements = value.array else {
                throw .unsupported("its setting \(key) is the pattern \(value), where a list of names is read")
            }
            let names = elements.compactMap(\.string)
            guard names.count == elements.count else {
                throw .malformed(file: PEFTExport.configurationName, reason: "\(key) is no list of names")
            }
            return names
        }
        if present("target_modules")?.string == "all-linear" {
            targets = nil
        } else {
            // What peft takes for Llama and Qwen2 where nothing is said.
            targets = try names("target_modules") ?? ["q_proj", "v_proj"]
        }
        excluded = try names("exclude_modules") ?? []
        if let value = present("layers_to_transform"), value.array?.isEmpty != true {
            let elements = value.array ?? [value]
            let indices = elements.compactMap(\.wholeNumber)
            guard indices.count == elements.count else {
                throw .malformed(file: PEFTExport.configurationName, reason: "layers_to_transform is no list of layers")
            }
            layers = Set(indices)
            // The pattern names the list of layers in a model where it has another name than the usual.
            if let pattern = present("layers_pattern"), pattern != .string("layers"), pattern != .array([]), pattern != .string(""),
                pattern != .array([.string("layers")])
            {
                throw .unsupported("its setting layers_pattern is \(pattern), where layers is read")
            }
        } else {
            layers = nil
        }
    }

    func contains(_ module: LoRAModule) -> Bool {
        func matches(_ names: [String]) -> Bool { names.contains { module.name == $0 || module.name.hasSuffix(".\($0)") } }
        // A module named in full is taken whatever its layer, as in peft.
        if !matches(excluded), targets?.contains(module.name) == true { return true }
        return (targets.map(matches) ?? true) && !matches(excluded) && (layers?.contains(module.layer) ?? true)
    }
}
