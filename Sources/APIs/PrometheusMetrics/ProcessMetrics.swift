import Foundation
public import ServiceInterfaces

/// The process under the names that Prometheus' own client libraries use. Figures that the system does not tell
/// are left out.
public struct ProcessMetrics: MetricsSource {
    public init() {}

    public func metrics() async -> [MetricSample] {
        var samples = [
            MetricSample(
                "polai_build_info", 1, labels: ["version": ClientVersion.number, "platform": ClientVersion.platform],
                help: "The program's version; the value is always 1.")
        ]
        if let seconds = Self.cpuSeconds() {
            samples.append(MetricSample("process_cpu_seconds_total", seconds, kind: .counter, help: "User and system CPU time in seconds."))
        }
        if let memory = ProcessMemory.current() {
            samples.append(MetricSample("process_resident_memory_bytes", memory.resident, help: "Resident memory in bytes."))
            samples.append(MetricSample("process_virtual_memory_bytes", memory.virtual, help: "Virtual memory in bytes."))
        }
        if let entries = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            samples.append(MetricSample("process_open_fds", Double(entries.count), help: "Open file descriptors."))
        }
        if let limit = Self.fileDescriptorLimit() {
            samples.append(MetricSample("process_max_fds", limit, help: "Limit of open file descriptors."))
        }
        if let start = ProcessStart.unixTime {
            samples.append(MetricSample("process_start_time_seconds", start, help: "Start of the process in seconds since the Unix epoch."))
        }
        return samples
    }

    private static func cpuSeconds() -> Double? {
        var usage = rusage()
        #if canImport(Glibc)
            let result = getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
            let result = getrusage(RUSAGE_SELF, &usage)
        #endif
        guard result == 0 else { return nil }
        let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func fileDescriptorLimit() -> Double? {
        var limit = rlimit()
        #if canImport(Glibc)
            let result = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
            let result = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        return result == 0 ? Double(limit.rlim_cur) : nil
    }
}
