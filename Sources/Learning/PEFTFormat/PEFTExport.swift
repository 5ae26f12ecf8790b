import JSON
public import LoRA
import ModelFiles
public import Primitives

/// Writes the chain's adapter as the files that Hugging Face's `peft` loads.
///
/// ```python
/// model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), "folder")
/// ```
public enum PEFTExport {
    public static let configurationName = "adapter_config.json"
    public static let weightsName = "adapter_model.safetensors"

    /// The two files of a folder, by name: A is drawn from the base model's root, B is the adapter's.
    /// - Parameter baseModelName: what `peft` loads the base model by, such as a hub id.
    public static func files(
        _ adapter: LoRAAdapter, baseModelRoot: Hash32, baseModelName: String
    ) -> [(name: String, bytes: [UInt8])] {
        [
            (configurationName, configuration(adapter.layout.configuration, baseModelName: baseModelName)),
            (weightsName, weights(adapter, baseModelRoot: baseModelRoot)),
        ]
    }

    /// `adapter_config.json`.
    static func configuration(_ configuration: LoRAConfiguration, baseModelName: String) -> [UInt8] {
        let targets = configuration.targets.map(\.shortName).sorted()
        let json: JSONValue = [
            "base_model_name_or_path": .string(baseModelName),
            "bias": "none",
            "fan_in_fan_out": false,
            "inference_mode": true,
            "init_lora_weights": true,
            "lora_alpha": JSONValue(configuration.alpha),
            // The shortest decimal that is this FP32 number.
            "lora_dropout": .number("\(configuration.dropout)"),
            "modules_to_save": .null,
            "peft_type": "LORA",
            "r": JSONValue(configuration.rank),
            "target_modules": .array(targets.map { .string($0) }),
            "task_type": "CAUSAL_LM",
            "use_dora": false,
            "use_rslora": false,
        ]
        return json.utf8
    }

    /// `adapter_model.safetensors`: for every module `lora_A.weight` `[rank, in]` and `lora_B.weight`
    /// `[out, rank]`, FP32. The file's metadata name the adapter and the base model by their roots.
    public static func weights(_ adapter: LoRAAdapter, baseModelRoot: Hash32) -> [UInt8] {
        let rank = adapter.layout.configuration.rank
        var writer = SafetensorsWriter(metadata: [
            "format": "pt", "adapter_root": adapter.root.hex, "base_model_root": baseModelRoot.hex,
        ])
        for module in adapter.layout.modules {
            let matrixA = LoRAMatrixA.draw(baseModelRoot: baseModelRoot, module: module, rank: rank)
            writer.add("\(prefix)\(module.name).lora_A.weight", shape: [rank, module.inputSize], values: matrixA)
            writer.add("\(prefix)\(module.name).lora_B.weight", shape: [module.outputSize, rank], values: adapter.matrix(module))
        }
        return writer.serialized()
    }

    /// What `peft` puts before a module's name.
    static let prefix = "base_model.model."
}
