import ArgumentParser
import Foundation
import LoRA
import ModelFiles
import PEFTFormat
import Primitives
import UpdateAudit

/// `polai adapter`: the chain's adapter out to other programs, and theirs in.
struct AdapterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter", abstract: "Export the chain's adapter for peft or llama.cpp, or import one from peft.",
        subcommands: [Export.self, Import.self])
}

extension AdapterCommand {
    /// The forms an adapter is written in.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case peft
        case gguf
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the chain's adapter as a PEFT folder or a GGUF LoRA file.",
            discussion: """
                Examples:
                  polai adapter export --datadir . --output adapter            a folder for peft
                  polai adapter export --format gguf --output .                adapter.gguf for llama.cpp --lora
                  polai adapter export --node http://127.0.0.1:8552 --root 0x… --output adapter

                In Python:
                  PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), "adapter")
                """)

        @OptionGroup var model: BaseModelOptions

        @Option(help: "Data directory of a node; the node may be running.")
        var datadir = "."

        @Option(help: "Take the adapter from the AI engine of a running node instead: its address.")
        var node: String?

        @Option(help: "The adapter's root (default: the newest final one).")
        var root: String?

        @Option(help: "peft or gguf.")
        var format = Format.peft

        @Option(help: "Folder to write into; made if absent.")
        var output: String

        @Option(help: "What peft loads the base model by (default: the hub id of the base model that is used, or its path).")
        var baseName: String?

        func run() async throws {
            try await ErrorLine.reporting(status: 1) {
                let base = try BaseModel(named: model.base)
                let adapter = try await chosen(base)
                let files =
                    switch format {
                    case .peft:
                        PEFTExport.files(
                            adapter, baseModelRoot: base.root, baseModelName: try baseName ?? ModelLocation.publicName(model.base))
                    case .gguf:
                        [("adapter.gguf", GGUFAdapterExport.file(adapter, model: try base.configuration, baseModelRoot: base.root))]
                    }
                do {
                    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
                    for (name, bytes) in files {
                        try Data(bytes).write(to: URL(fileURLWithPath: "\(output)/\(name)"), options: .atomic)
                    }
                } catch {
                    throw SetupError("cannot write to \(output): \(error.localizedDescription)")
                }
                print("adapter \(adapter.root.hex)")
                for (name, bytes) in files { print("\(output)/\(name) \(bytes.count) bytes") }
            }
        }

        private func chosen(_ base: BaseModel) async throws -> LoRAAdapter {
            let layout = LoRALayout(model: try base.configuration)
            guard let node else {
                return try NodeRecords(datadir: datadir).chosenAdapter(root: root, layout: layout, baseModelRoot: base.root)
            }
            let wanted = try root.map { text in
                guard let hash = try? Hash32(hex: text) else { throw SetupError("--root '\(text)' is not 64 hexadecimal digits") }
                return hash
            }
            let bytes = try await NodeDownload(node).adapter(wanted)
            return try AdapterFile(FileBytes(bytes), layout: layout, baseModelRoot: base.root).adapter
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Bring a PEFT LoRA adapter onto the chain's frozen A matrices.",
            discussion: """
                The chain learns B alone; A is frozen. Of an adapter with the chain's own A (an exported one, trained on \
                by peft with A frozen) nothing is lost. Of any other only what lies in the rows of the chain's A can be \
                kept: B is chosen so that its product is as near to the given one as possible, and what is lost is \
                printed. An adapter that was trained with an A of its own loses nearly everything.

                The file holds the FP32 B matrices. 'polai generate --adapter' and 'polai gate --adapter' read it, and with \
                --start-from a trainer starts from it.

                Examples:
                  polai adapter import --input my-lora/ --output adapter.bin
                  polai up --devnet --start-from adapter.bin
                  polai trainer --peer-id 0123456789abcdef --start-from adapter.bin
                """)

        @OptionGroup var model: BaseModelOptions

        @Option(help: "A folder with adapter_config.json and adapter_model.safetensors.")
        var input: String

        @Option(help: "The file to write.")
        var output: String

        func run() throws {
            try ErrorLine.reporting(status: 1) {
                guard let folder = PEFTFolder(path: input) else {
                    throw SetupError("\(input) has no \(PEFTExport.weightsName); give the folder that peft's save_pretrained wrote")
                }
                let base = try BaseModel(named: model.base)
                let layout = LoRALayout(model: try base.configuration)
                let read = try PEFTImport(
                    configuration: folder.configuration, weights: folder.weights, layout: layout, baseModelRoot: base.root)
                let adapter = try LoRAAdapter(layout: layout, values: read.delta.values)
                do {
                    try Data(adapter.bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
                } catch {
                    throw SetupError("cannot write \(output): \(error.localizedDescription)")
                }
                print("adapter  \(adapter.root.hex)")
                print("modules  \(read.adaptedModules) of \(layout.modules.count), \(read.exactModules) with the chain's own A")
                if read.unselectedModules > 0 {
                    print("left out \(read.unselectedModules) that its configuration does not select, as peft does")
                }
                print(
                    "lost     \(Self.percent(read.relativeResidual)) of the change (relative residual), \(Self.percent(read.captured)) of its energy kept"
                )
                if read.relativeResidual > 0.5 {
                    ConsoleOutput.write(
                        "polai: most of this adapter is lost; train it with the chain's A instead (polai adapter export gives it)\n")
                }
            }
        }

        private static func percent(_ part: Double) -> String { "\((part * 1e5).rounded() / 1e3) %" }
    }
}
