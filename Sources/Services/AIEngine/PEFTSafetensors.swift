import LoRA
import ModelFiles
import Primitives

/// An adapter in the tensor names and shapes of PEFT's `adapter_model.safetensors`: for each module
/// `base_model.model.<module>.lora_A.weight` `[rank, in]` and `.lora_B.weight` `[out, rank]`, FP32.
enum PEFTSafetensors {
    static func encode(_ adapter: LoRAAdapter, baseModelRoot: Hash32) throws -> [UInt8] {
        let rank = adapter.layout.configuration.rank
        var writer = SafetensorsWriter(metadata: [
            "format": "pt", "adapter_root": adapter.root.hex, "base_model_root": baseModelRoot.hex,
        ])
        for module in adapter.layout.modules {
            let prefix = "base_model.model.\(module.name)"
            let a = LoRAMatrixA.draw(baseModelRoot: baseModelRoot, module: module, rank: rank)
            writer.add("\(prefix).lora_A.weight", shape: [rank, module.inputSize], values: a)
            writer.add("\(prefix).lora_B.weight", shape: [module.outputSize, rank], values: adapter.matrix(module))
        }
        return writer.serialized()
    }
}
