import ArgumentParser

/// The options of commands that run the base model without a node.
struct BaseModelOptions: ParsableArguments {
    @Option(help: "Base model: a GGUF file, a folder with config.json, tokenizer.json and safetensors, or the hub id of a cached model.")
    var base = BaseModelOptions.defaultPath

    @Option(help: "Threads to compute on, at low priority (default: the number of cores).")
    var threads: Int?

    @Option(help: WeightForm.help)
    var weights = WeightForm.auto

    static let defaultPath = "model_cache/SmolLM2-135M-Instruct.Q4_1.gguf"

    func validate() throws {
        guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads is from 1 to 256") }
    }
}
