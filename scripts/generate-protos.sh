#!/usr/bin/env bash
# Writes Sources/APIs/PrysmRPC/Generated from the .proto files beside it.
#
# Needs Python with grpcio-tools (protoc): name it with POLAI_PYTHON. The two Swift plugins are built once, in .build-protos.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${POLAI_PYTHON:-python3}
"$python" -c 'import grpc_tools' 2>/dev/null || {
  echo "grpcio-tools is missing: $python -m pip install grpcio-tools, or set POLAI_PYTHON" >&2
  exit 1
}
room=Sources/APIs/PrysmRPC
plugins=${POLAI_PROTOC_PLUGINS:-.build-protos/debug}
if [ ! -x "$plugins/protoc-gen-swift-tool" ] && [ ! -x "$plugins/protoc-gen-swift" ]; then
  swift build --scratch-path .build-protos --product protoc-gen-swift
  swift build --scratch-path .build-protos --product protoc-gen-grpc-swift-2
fi
plugin() { if [ -x "$plugins/$1-tool" ]; then echo "$plugins/$1-tool"; else echo "$plugins/$1"; fi; }

rm -rf "$room/Generated"
mkdir -p "$room/Generated"
files=$(cd "$room/Protos" && find . -name '*.proto' | sed 's|^\./||' | sort)
(
  # shellcheck disable=SC2086
  "$python" -m grpc_tools.protoc -I "$room/Protos" \
    --plugin=protoc-gen-swift="$(plugin protoc-gen-swift)" --plugin=protoc-gen-grpc-swift-2="$(plugin protoc-gen-grpc-swift-2)" \
    --swift_out="$room/Generated" --swift_opt=Visibility=Internal,FileNaming=PathToUnderscores,UseAccessLevelOnImports=true \
    --grpc-swift-2_out="$room/Generated" \
    --grpc-swift-2_opt=Visibility=Internal,Server=true,Client=false,FileNaming=PathToUnderscores,UseAccessLevelOnImports=true \
    --include_imports --descriptor_set_out="$room/Generated/descriptors.bin" $files
)
# A file without services has nothing to serve.
grep -L 'ServiceDescriptor' "$room"/Generated/*.grpc.swift | xargs -r rm
"$python" - "$room/Generated" <<'PYTHON'
import base64, pathlib, sys
folder = pathlib.Path(sys.argv[1])
encoded = base64.b64encode((folder / "descriptors.bin").read_bytes()).decode()
(folder / "descriptors.bin").unlink()
lines = "\n".join("        " + encoded[i : i + 120] for i in range(0, len(encoded), 120))
(folder / "DescriptorSet.swift").write_text(
    "// DO NOT EDIT. Written by scripts/generate-protos.sh.\n"
    "// swift-format-ignore-file\n\n"
    "/// The serialised FileDescriptorSet of every .proto file of this room, for reflection.\n"
    'enum DescriptorSet {\n    static let base64 = """\n' + lines + '\n        """\n}\n')
for path in sorted(folder.glob("*.swift")):
    text = path.read_text()
    if "swift-format-ignore-file" not in text:
        path.write_text("// swift-format-ignore-file\n" + text)
PYTHON
echo "$(ls "$room/Generated" | wc -l) files in $room/Generated"
