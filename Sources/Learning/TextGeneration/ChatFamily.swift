public import ModelFiles

/// The ways of writing a conversation that many models share, for `--template` and for models whose files name none.
public enum ChatFamily: String, Sendable, CaseIterable {
    /// `<|im_start|>role … <|im_end|>`: SmolLM, Qwen and others.
    case chatML = "chatml"
    /// `<|start_header_id|>role<|end_header_id|> … <|eot_id|>`
    case llama3
    /// `<｜User｜> … <｜Assistant｜>`: DeepSeek-R1 and its distillations.
    case deepSeek = "deepseek"
    /// `[INST] <<SYS>> … <</SYS>> … [/INST]`
    case llama2
    /// `[INST] … [/INST]`, what the model is told before the prompt.
    case mistral
    /// `<start_of_turn>user … <end_of_turn>`
    case gemma

    /// The family whose control tokens are all in the vocabulary; `nil` when there is none.
    static func of(_ tokenizer: Tokenizer) -> ChatFamily? {
        allCases.first { family in
            !family.controlTokens.isEmpty && family.controlTokens.allSatisfy { tokenizer.id(of: $0) != nil }
        }
    }

    private var controlTokens: [String] {
        switch self {
        case .chatML: ["<|im_start|>", "<|im_end|>"]
        case .llama3: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
        case .deepSeek: ["<｜User｜>", "<｜Assistant｜>"]
        case .gemma: ["<start_of_turn>", "<end_of_turn>"]
        // Written in ordinary text, so nothing tells them.
        case .llama2, .mistral: []
        }
    }

    /// Tokens that end an answer.
    var ends: [String] {
        switch self {
        case .chatML: ["<|im_end|>", "<|endoftext|>"]
        case .llama3: ["<|eot_id|>", "<|end_of_text|>"]
        case .deepSeek: ["<｜end▁of▁sentence｜>"]
        case .gemma: ["<end_of_turn>", "<eos>"]
        case .llama2, .mistral: ["</s>"]
        }
    }

    /// The template. An empty system message writes nothing.
    var source: String {
        switch self {
        case .chatML:
            """
            {% for message in messages %}{% if message.content or message.role != 'system' %}{{ '<|im_start|>' + message.role \
            + '\\n' + message.content + '<|im_end|>\\n' }}{% endif %}{% endfor %}{{ '<|im_start|>assistant\\n' }}
            """
        case .llama3:
            """
            {{ bos_token|default('') }}{% for message in messages %}{% if message.content or message.role != 'system' %}\
            {{ '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' + message.content|trim + '<|eot_id|>' }}{% endif %}\
            {% endfor %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
            """
        case .deepSeek:
            """
            {{ bos_token|default('') }}{% for message in messages %}{% if message.role == 'system' %}{{ message.content }}\
            {% else %}{{ '<｜User｜>' + message.content }}{% endif %}{% endfor %}{{ '<｜Assistant｜><think>\\n' }}
            """
        case .llama2:
            """
            {% set told = namespace(text='') %}{% for message in messages %}{% if message.role == 'system' and message.content %}\
            {% set told.text = '<<SYS>>\\n' + message.content + '\\n<</SYS>>\\n\\n' %}{% elif message.role == 'user' %}\
            {{ bos_token|default('') + '[INST] ' + (told.text + message.content)|trim + ' [/INST]' }}{% endif %}{% endfor %}
            """
        case .mistral:
            """
            {% set told = namespace(text='') %}{{ bos_token|default('') }}{% for message in messages %}{% if message.role == 'system' \
            and message.content %}{% set told.text = message.content + '\\n\\n' %}{% elif message.role == 'user' %}\
            {{ '[INST] ' + told.text + message.content + '[/INST]' }}{% endif %}{% endfor %}
            """
        case .gemma:
            """
            {% set told = namespace(text='') %}{{ bos_token|default('') }}{% for message in messages %}{% if message.role == 'system' \
            and message.content %}{% set told.text = message.content|trim + '\\n\\n' %}{% elif message.role == 'user' %}\
            {{ '<start_of_turn>user\\n' + told.text + message.content|trim + '<end_of_turn>\\n' }}{% endif %}{% endfor %}\
            {{ '<start_of_turn>model\\n' }}
            """
        }
    }
}
