import CFuzzer
import Foundation

/// The program around the targets: lists them, writes their seeds, or hands one to libFuzzer.
public enum FuzzDriver {
    private static let variable = "POLAI_FUZZ_TARGET"

    /// The running target. Set once before libFuzzer starts, which calls it from one thread.
    nonisolated(unsafe) private static var running: (([UInt8]) throws -> Void)?

    /// - Returns: the exit status.
    public static func main(_ targets: [FuzzTarget]) -> Int32 {
        let arguments = CommandLine.arguments
        let first = arguments.count > 1 ? arguments[1] : "help"
        do {
            switch first {
            case "help", "--help", "-h":
                print("usage: \(arguments[0]) list | seeds TARGET FOLDER | TARGET [libFuzzer's options] [FOLDER…]")
                return 0
            case "list":
                for target in targets { print("\(target.name)\t\(target.maximumLength)\t\(target.summary)") }
                return 0
            case "seeds":
                guard arguments.count == 4, let target = targets.first(where: { $0.name == arguments[2] }) else {
                    return fail("usage: seeds TARGET FOLDER")
                }
                try writeSeeds(of: target, to: URL(filePath: arguments[3]))
                return 0
            default:
                // libFuzzer starts itself anew for merging and minimising, with its own arguments alone.
                if let target = targets.first(where: { $0.name == first }) {
                    setenv(variable, first, 1)
                    return try fuzz(target, [arguments[0]] + arguments.dropFirst(2))
                }
                let name = ProcessInfo.processInfo.environment[variable]
                guard let target = targets.first(where: { $0.name == name }) else {
                    return fail("no target is called \(first); 'list' names them")
                }
                return try fuzz(target, arguments)
            }
        } catch {
            return fail("\(error)")
        }
    }

    private static func fail(_ reason: String) -> Int32 {
        FileHandle.standardError.write(Data("\(reason)\n".utf8))
        return 64
    }

    private static func writeSeeds(of target: FuzzTarget, to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let seeds = try target.prepare(CommittedVectors()).seeds
        for (number, seed) in seeds.enumerated() {
            try Data(seed).write(to: folder.appending(path: "seed-\(number)"))
        }
        if !target.words.isEmpty {
            let lines = target.words.map { word in "\"" + word.utf8.map(escaped).joined() + "\"\n" }
            try Data(lines.joined().utf8).write(to: folder.appendingPathExtension("dict"))
        }
        print("\(target.name): \(seeds.count) seeds")
    }

    /// A byte as libFuzzer's dictionaries spell it.
    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20, 0x7f...: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        default: String(UnicodeScalar(byte))
        }
    }

    private static func fuzz(_ target: FuzzTarget, _ arguments: [String]) throws -> Int32 {
        running = try target.prepare(CommittedVectors()).run
        var count = Int32(arguments.count)
        // Never freed: libFuzzer keeps the arguments for as long as the process lives.
        let copies = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: arguments.count + 1)
        for (index, argument) in arguments.enumerated() { copies[index] = strdup(argument) }
        copies[arguments.count] = nil
        var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = copies
        return LLVMFuzzerRunDriver(&count, &pointer) { data, size in
            FuzzDriver.take(UnsafeBufferPointer(start: data, count: size))
            return 0
        }
    }

    private static func take(_ input: UnsafeBufferPointer<UInt8>) {
        do {
            try running?(Array(input))
        } catch {
            // The message must be made without a trap, too.
            promise(!"\(error)".isEmpty, "an error without words")
        }
    }
}
