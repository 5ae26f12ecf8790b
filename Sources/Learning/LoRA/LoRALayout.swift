public import ModelFiles

/// Which modules an adapter covers, and where each B matrix lies in the adapter's flat values.
///
/// Modules stand in **module-name order**: ascending by the bytes of their UTF-8 names, so
/// `model.layers.10…` precedes `model.layers.2…`. This is the order of the adapter's root, of its bytes and of
/// every sum over modules.
public struct LoRALayout: Sendable, Equatable {
    public let configuration: LoRAConfiguration
    /// The modules in module-name order.
    public let modules: [LoRAModule]
    /// Elements of all B matrices together.
    public let valueCount: Int
    private let indexByName: [String: Int]

    /// The modules that `configuration` targets in `model`.
    public init(model: ModelConfiguration, configuration: LoRAConfiguration = .standard) {
        var named: [(name: String, layer: Int, target: LoRAConfiguration.Target)] = []
        for layer in 0..<max(0, model.layerCount) {
            for target in LoRAConfiguration.Target.allCases where configuration.targets.contains(target) {
                named.append(("model.layers.\(layer).\(target.rawValue)", layer, target))
            }
        }
        named.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var offset = 0
        var modules: [LoRAModule] = []
        modules.reserveCapacity(named.count)
        for (name, layer, target) in named {
            let (input, output) = model.dimensions(of: target)
            let count = output * configuration.rank
            modules.append(
                LoRAModule(
                    name: name, layer: layer, target: target, inputSize: input, outputSize: output, offset: offset,
                    count: count))
            offset += count
        }
        self.configuration = configuration
        self.modules = modules
        self.valueCount = offset
        self.indexByName = Dictionary(uniqueKeysWithValues: modules.enumerated().map { ($1.name, $0) })
    }

    /// The module of this name, or `nil` when the layout has none.
    public func module(named name: String) -> LoRAModule? {
        indexByName[name].map { modules[$0] }
    }

    /// The module at a projection of a layer, or `nil` when it carries no adapter.
    public func module(layer: Int, target: LoRAConfiguration.Target) -> LoRAModule? {
        module(named: "model.layers.\(layer).\(target.rawValue)")
    }
}
