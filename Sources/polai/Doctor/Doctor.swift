import ContentNetwork
import Foundation
import HTTPDoor
import JSON
import Keys
import Multiformats
import NodeConfiguration

/// Looks at what a node needs, one finding a thing.
struct Doctor {
    let datadir: String
    let envFile: String?
    /// `--model`, if given.
    let model: String?
    let host: String
    /// Bytes that a node wants free on its disk.
    static let wantedSpace: Int64 = 5 << 30
    static let leastSpace: Int64 = 1 << 30

    func findings() async -> [Finding] {
        let (settings, environment) = environmentFindings()
        var found = settings
        let ports: Ports
        do {
            ports = try Ports(environment)
            try ports.validate()
        } catch {
            return found + [.bad("ports", "\(error)", "correct .env, or leave the key out for its default")]
        }
        found += [disk(), modelFinding(environment), folder()]
        found += await portFindings(ports)
        found += await peerFindings(ports, environment)
        return found
    }

    // MARK: Files

    private func environmentFindings() -> ([Finding], EnvironmentFile) {
        let path = envFile ?? ".env"
        let file: EnvironmentFile
        do { file = try NodeSettings.environment(envFile).0 } catch {
            return ([.bad(path, "\(error)", "correct the line, or write it anew with scripts/write-env.sh")], EnvironmentFile())
        }
        guard FileManager.default.fileExists(atPath: path) else {
            return (
                [.doubtful(path, "is not there", "'make run' writes one with a fresh GENESIS_SEED; or set the variables yourself")], file
            )
        }
        var found: [Finding] = []
        let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int ?? 0o600
        if mode & 0o077 != 0 { found.append(.doubtful(path, "can be read by other users; it holds a private key", "chmod 600 \(path)")) }
        if let text = file["GENESIS_SEED"], !text.isEmpty {
            do {
                let seed = try GenesisSeed(text)
                found.append(
                    seed.isSample
                        ? .bad(
                            "GENESIS_SEED", "is the sample seed, which everybody knows",
                            "write your own with scripts/write-env.sh; --devnet allows it")
                        : .good("GENESIS_SEED", "is set"))
            } catch { found.append(.bad("GENESIS_SEED", "\(error)", "64 hexadecimal characters; scripts/write-env.sh makes a seed")) }
        } else {
            found.append(.bad("GENESIS_SEED", "is not set", "scripts/write-env.sh makes one, or use --devnet"))
        }
        return (found, file)
    }

    private func disk() -> Finding {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: datadir)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return .bad("disk", "\(datadir) cannot be looked at", "create the folder, or name another with --datadir")
        }
        let shown = "\(free >> 20) MiB free in \(datadir)"
        if free < Self.leastSpace { return .bad("disk", shown, "make room: a node stops when its disk is full; 5 GiB are well") }
        return free < Self.wantedSpace ? .doubtful("disk", shown, "make room: 5 GiB are well") : .good("disk", shown)
    }

    private func folder() -> Finding {
        let probe = "\(datadir)/.polai-doctor-\(ProcessInfo.processInfo.processIdentifier)"
        guard FileManager.default.createFile(atPath: probe, contents: Data()) else {
            return .bad("data folder", "nothing can be written in \(datadir)", "give this user the folder, or name another with --datadir")
        }
        try? FileManager.default.removeItem(atPath: probe)
        return .good("data folder", "\(datadir) can be written")
    }

    private func modelFinding(_ environment: EnvironmentFile) -> Finding {
        let manager = FileManager.default
        let name = ModelLocation.name(model, environment)
        let modelPath = (try? ModelLocation.local(name)).flatMap { $0 } ?? name
        var isFolder: ObjCBool = false
        guard manager.fileExists(atPath: modelPath, isDirectory: &isFolder) else {
            return .bad("model", "\(modelPath) is not there", "'make setup' fetches the default, 'polai model pull ORG/NAME' another")
        }
        if isFolder.boolValue {
            let names = (try? manager.contentsOfDirectory(atPath: modelPath)) ?? []
            guard names.contains("config.json"), names.contains(where: { $0.hasSuffix(".safetensors") }) else {
                return .bad("model", "\(modelPath) has no config.json and weights", "name a GGUF file, or a whole model folder")
            }
            return .good("model", modelPath)
        }
        guard let handle = FileHandle(forReadingAtPath: modelPath), let magic = try? handle.read(upToCount: 4), magic == Data("GGUF".utf8)
        else {
            return .bad("model", "\(modelPath) is no GGUF file", "it may be half a download: delete it and fetch it again")
        }
        return .good("model", modelPath)
    }

    // MARK: Network

    private func portFindings(_ ports: Ports) async -> [Finding] {
        let wanted: [(String, String, Int)] = [
            ("DHT_PORT", "the DHT", ports.dht), ("GETH_HTTP_PORT", "JSON-RPC", ports.gethHTTP),
            ("GETH_WS_PORT", "JSON-RPC over WebSocket", ports.isWebSocketOptional ? 0 : ports.gethWS),
            ("PRYSM_REST_PORT", "beacon REST", ports.prysmREST),
            ("PRYSM_GRPC_PORT", "beacon gRPC", ports.prysmGRPC), ("PRYSM_P2P_PORT", "the beacon node's libp2p", ports.prysmP2P),
            ("AI_ENGINE_PORT", "the AI engine", ports.aiEngine),
            ("SLASHER_PORT", "the slasher", ports.slasher), ("METRICS_PORT", "metrics", ports.metrics),
        ]
        let isRunning = (try? await WebProbe(host: "127.0.0.1", port: ports.dht, path: "/dht/peers"))?.isSuccess == true
        var found: [Finding] = []
        for (key, name, port) in wanted where port != 0 {
            do {
                try await DoorServer.checkAvailable(ListenAddress(host: host, port: port), name: name)
                found.append(.good("port \(port)", "free for \(name)"))
            } catch {
                found.append(
                    isRunning
                        ? .good("port \(port)", "in use; a node is running here")
                        : .bad("port \(port)", "\(error)", "stop what uses it, or give \(name) another port with \(key)"))
            }
        }
        return found
    }

    private func peerFindings(_ ports: Ports, _ environment: EnvironmentFile) async -> [Finding] {
        var found: [Finding] = []
        if let own = try? await WebProbe(host: "127.0.0.1", port: ports.dht, path: "/dht/peers"), own.isSuccess,
            let listing = try? JSONValue(parsing: Array(own.body.utf8))
        {
            let count = listing["peers"]?.array?.count ?? 0
            found.append(
                count > 0
                    ? .good("peers", "the node that runs here has \(count)")
                    : .doubtful("peers", "the node that runs here has none", "its log and /dht/peers (unreachable) say why"))
        }
        guard let text = environment["GENESIS_HOST"], !text.isEmpty else {
            return found + [.doubtful("GENESIS_HOST", "is not set", "name a node to join at, or start the first one with --solo")]
        }
        let places: [Multiaddr]
        do { places = try BootstrapAddress.read(text) } catch { return found + [.bad("GENESIS_HOST", "\(error)", "correct it in .env")] }
        for place in places {
            guard let (host, port) = place.hostAndPort else { continue }
            do {
                let answer = try await WebProbe(host: host, port: port, path: "/healthz")
                found.append(.good("GENESIS_HOST", "\(host):\(port) answers"))
                if let clock = clock(answer) { found.append(clock) }
            } catch {
                found.append(
                    .doubtful(
                        "GENESIS_HOST", "\(host):\(port) does not answer: \(error)",
                        "start the node there, open its port in the firewall, or name another; the first node needs none"))
            }
        }
        return found
    }

    /// This machine's clock beside that of a node which answered.
    private func clock(_ answer: WebProbe) -> Finding? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let theirs = answer.header("date").flatMap({ format.date(from: $0) }) else { return nil }
        let difference = Int(Date().timeIntervalSince(theirs).rounded())
        guard abs(difference) > 2 else { return .good("clock", "agrees with the node that answered") }
        return .bad("clock", "\(difference) s apart from the node that answered", "let the system keep its clock by NTP, here and there")
    }
}

extension Multiaddr {
    /// Host and TCP port, as a resolver takes them.
    fileprivate var hostAndPort: (String, Int)? {
        guard components.count >= 2, let port = components[1].port else { return nil }
        return (String(components[0].description.split(separator: "/").last ?? ""), Int(port))
    }
}
