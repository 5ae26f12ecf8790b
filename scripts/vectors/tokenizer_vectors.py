"""Writes the tokenizer vectors of ModelFilesTests with the Hugging Face `tokenizers` library.

    python scripts/vectors/tokenizer_vectors.py [LINES OUTPUT_FOLDER]

Without arguments it writes the committed vectors: four small vocabularies trained here on made-up text, one for
each pre-tokenizer, and what the library makes of some hundred lines with each; and the same for the default
model's own vocabulary, read from its GGUF file. With arguments it writes LINES lines into OUTPUT_FOLDER, for the
long check."""
import hashlib
import json
import pathlib
import sys

import gguf
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from multilingual_corpus import lines, tables

ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = ROOT / "Tests/ModelFilesTests/Vectors"
HEAD = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def split(pattern):
    return pre_tokenizers.Split(Regex(pattern), behavior="isolated", invert=False)


def byte_level(regex=False):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=regex)


STYLES = {
    "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level(True)]),
    "llama3": pre_tokenizers.Sequence([split(HEAD + r"\p{N}{1,3}" + TAIL), byte_level()]),
    "qwen2": pre_tokenizers.Sequence([split(HEAD + r"\p{N}" + TAIL), byte_level()]),
    "deepseek": pre_tokenizers.Sequence([
        split(r"\p{N}{1,3}"),
        split("[一-龥\u3040-ゟ゠-ヿ]+"),
        split("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"),
        byte_level()]),
}
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def trained(style):
    tokenizer = Tokenizer(models.BPE(ignore_merges=style == "llama3"))
    if style == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = STYLES[style]
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1200, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(lines(3000, seed=7), trainer)
    tokenizer.add_tokens([AddedToken("<jupyter_text>", normalized=True), AddedToken("a\u0308→", normalized=True)])
    if style in ("llama3", "deepseek"):
        tokenizer.post_processor = processors.Sequence([
            processors.ByteLevel(), processors.TemplateProcessing(single="<|im_start|> $A", special_tokens=[("<|im_start|>", 1)])])
    return tokenizer


def from_gguf(path):
    fields = gguf.GGUFReader(path).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    types = fields["tokenizer.ggml.token_type"].contents()
    tokenizer = Tokenizer(models.BPE({token: index for index, token in enumerate(tokens)}, merges, unk_token=tokens[0]))
    tokenizer.pre_tokenizer = STYLES["smollm"]
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token, kind in zip(tokens, types) if kind == 3])
    return tokenizer


def write(tokenizer, path, texts):
    with open(path, "w", encoding="utf-8") as output:
        for text in texts:
            ids = tokenizer.encode(text).ids
            row = {"text": text, "ids": ids}
            decoded = tokenizer.decode(ids, skip_special_tokens=False)
            if decoded != text:
                row["decoded"] = decoded
            output.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    count, folder = (int(sys.argv[1]), pathlib.Path(sys.argv[2])) if len(sys.argv) > 2 else (120, VECTORS)
    folder.mkdir(parents=True, exist_ok=True)
    texts = lines(count, seed=11)
    for style in STYLES:
        tokenizer = trained(style)
        tokenizer.save(str(folder / f"{style}.tokenizer.json"), pretty=False)
        write(tokenizer, folder / f"{style}.jsonl", texts)
    write(from_gguf(next((ROOT / "model_cache").glob("SmolLM2-135M-Instruct*.gguf"))), folder / "default-model.jsonl", texts)
    if folder == VECTORS:
        write_digests()


def write_digests(counts=(1000, 10000), seed=12):
    """SHA-256 of the corpus' first lines, joined, and of what each tokenizer makes of them: every line's ids as 32-bit
    little-endian numbers, then −1. The lines themselves are drawn again by the test, from the tables written here."""
    texts = lines(max(counts), seed=seed)
    digests = {"corpus": [hashlib.sha256("\0".join(texts[:count]).encode()).hexdigest() for count in counts]}
    tokenizers = {style: Tokenizer.from_file(str(VECTORS / f"{style}.tokenizer.json")) for style in STYLES}
    tokenizers["default-model"] = from_gguf(next((ROOT / "model_cache").glob("SmolLM2-135M-Instruct*.gguf")))
    for name, tokenizer in tokenizers.items():
        digest, found = hashlib.sha256(), []
        for index, text in enumerate(texts, 1):
            for token in tokenizer.encode(text).ids + [-1]:
                digest.update(token.to_bytes(4, "little", signed=True))
            if index in counts:
                found.append(digest.hexdigest())
        digests[name] = found
    value = {"seed": seed, "counts": counts, "digests": digests, "tables": tables()}
    (VECTORS / "multilingual.json").write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
