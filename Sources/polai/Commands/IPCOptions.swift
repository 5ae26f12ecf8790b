import ArgumentParser
import IPCDoor
import Logging
import ServiceLifecycle

/// The socket in the file system, as geth spells it.
struct IPCOptions: ParsableArguments {
    @Flag(name: .customLong("ipcdisable"), help: "Open no socket in the file system.")
    var isDisabled = false

    @Option(name: .customLong("ipcpath"), help: "Path of the socket by which its owner has all methods (default: chain_data/geth.ipc).")
    var path: String?

    static func defaultPath(_ datadir: String) -> String { "\(datadir)/chain_data/geth.ipc" }

    /// A socket that cannot be opened where nobody named it is no reason not to start.
    func services(datadir: String, door: (String) -> IPCDoor, logger: Logger) -> [any Service] {
        guard !isDisabled else { return [] }
        let (door, isNamed) = (door(path ?? Self.defaultPath(datadir)), path != nil)
        return [
            TaskService("ipc") {
                do {
                    try await door.run()
                } catch let failure as IPCDoor.Failure where !isNamed {
                    logger.warning("No IPC socket", metadata: ["reason": "\(failure)"])
                }
            }
        ]
    }
}
