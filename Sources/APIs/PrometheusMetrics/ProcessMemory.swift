import Foundation

/// Memory of this process in bytes, from `/proc/self/statm`.
struct ProcessMemory {
    let resident: Double
    let virtual: Double

    static func current() -> ProcessMemory? {
        guard let text = ProcFile.read("/proc/self/statm") else { return nil }
        let pages = text.split(separator: " ").prefix(2).compactMap { Double($0) }
        let pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
        guard pages.count == 2, pageSize > 0 else { return nil }
        return ProcessMemory(resident: pages[1] * pageSize, virtual: pages[0] * pageSize)
    }
}

/// When this process started, from field 22 of `/proc/self/stat` and the boot time in `/proc/stat`.
enum ProcessStart {
    /// Seconds since the Unix epoch.
    static let unixTime: Double? = {
        guard let stat = ProcFile.read("/proc/self/stat"), let afterName = stat.lastIndex(of: ")"),
            let boot = ProcFile.read("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let bootTime = Double(boot.dropFirst(6))
        else { return nil }
        // The fields after the name begin with field 3.
        let fields = stat[stat.index(after: afterName)...].split(separator: " ")
        let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
        guard fields.count > 19, let ticks = Double(fields[19]), ticksPerSecond > 0 else { return nil }
        return bootTime + ticks / ticksPerSecond
    }()
}

/// Files of `/proc`, which tell no size before they are read.
enum ProcFile {
    static func read(_ path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.readToEnd() else { return nil }
        try? handle.close()
        return String(decoding: data, as: UTF8.self)
    }
}
