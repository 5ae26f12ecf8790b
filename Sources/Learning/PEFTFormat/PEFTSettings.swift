import JSON
import LoRA

/// What an `adapter_config.json` says of the function that the adapter computes.
///
/// Every field has one of three fates: it is applied, it is known to change nothing, or the adapter is refused by the field's
/// name. A field that is not known here, of a newer peft, is refused unless it holds nothing (null, false or empty).
struct PEFTSettings {
    let rank: Int
    /// What B′A′ is multiplied by: α / r, or α / √r.
    let scale: Double
    /// The modules that peft puts the adapter on.
    let selection: PEFTSelection

    /// The chain's own.
    init(_ configuration: LoRAConfiguration) {
        rank = configuration.rank
        scale = Double(configuration.scale)
        selection = .all
    }

    init(_ bytes: [UInt8]) throws(PEFTError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes, uniqueNames: true)
        } catch {
            throw .malformed(file: PEFTExport.configurationName, reason: error.description)
        }
        guard json["peft_type"]?.string == "LORA" else {
            throw .unsupported("its type is \(json["peft_type"]?.string ?? "not given"), not LORA")
        }
        for member in json.object ?? [] where !Self.isWithoutEffect(member) { throw .unsupported(Self.reason(member)) }
        guard let rank = json["r"]?.wholeNumber, (1...1024).contains(rank) else {
            throw .malformed(file: PEFTExport.configurationName, reason: "r is not 1 to 1024")
        }
        guard let alpha = json["lora_alpha"]?.double, alpha.isFinite else {
            throw .malformed(file: PEFTExport.configurationName, reason: "lora_alpha is missing")
        }
        self.rank = rank
        scale = json["use_rslora"]?.bool == true ? alpha / Double(rank).squareRoot() : alpha / Double(rank)
        selection = try PEFTSelection(json)
    }

    // MARK: Fates

    /// Fields that are read above or by ``PEFTSelection``.
    private static let applied: Set<String> = [
        "peft_type", "r", "lora_alpha", "use_rslora", "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern",
    ]

    /// Fields that change nothing of what a trained adapter computes: where it comes from, how it was trained, and the
    /// settings of ways to initialise that are refused where they are chosen.
    private static let ignored: Set<String> = [
        "task_type", "auto_mapping", "peft_version", "base_model_name_or_path", "revision", "inference_mode", "lora_dropout",
        "megatron_core", "loftq_config", "eva_config", "corda_config", "lora_ga_config", "qalora_group_size", "ensure_weight_tying",
    ]

    /// Ways to initialise that touch A and B alone, which the file then replaces. Others change the base model's weights.
    private static let initialisations: Set<String> = ["gaussian", "orthogonal", "eva"]

    private static func isWithoutEffect(_ member: JSONValue.Member) -> Bool {
        if applied.contains(member.name) || ignored.contains(member.name) { return true }
        switch (member.name, member.value) {
        case ("bias", .string("none")), ("init_lora_weights", .bool): return true
        case ("init_lora_weights", .string(let name)): return initialisations.contains(name)
        case (_, .null), (_, .bool(false)): return true
        case (_, .array(let elements)): return elements.isEmpty
        case (_, .object(let members)): return members.isEmpty
        case (_, .string(let text)): return text.isEmpty
        default: return false
        }
    }

    private static func reason(_ member: JSONValue.Member) -> String {
        let value = member.value.description
        let shown = value.count > 60 ? "\(value.prefix(57))..." : value
        let why =
            switch member.name {
            case "alpha_pattern", "rank_pattern": "its modules have different scales or ranks"
            case "bias", "lora_bias": "it trains biases"
            case "alora_invocation_tokens": "it works only after certain tokens"
            case "layer_replication": "it repeats layers of the base model"
            case "init_lora_weights": "this way of initialising changes the base model's weights; convert it to plain LoRA with peft first"
            case "modules_to_save", "trainable_token_indices", "target_parameters": "it changes weights of the base model"
            case "use_dora", "use_qalora", "use_bdlora", "kasa_config", "monteclora_config", "arrow_config", "velora_config":
                "it computes another function than B·A"
            case "fan_in_fan_out": "its matrices are transposed"
            default: "this setting is not known here"
            }
        return "its setting \(member.name) is \(shown): \(why)"
    }
}
