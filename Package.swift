// swift-tools-version: 6.2
// One package, one binary. Targets stand floor by floor, and each may import only what stands above it in
// this file's lists: `make lint` reads the built graph and fails on an upward edge (scripts/check-floors.py).
import PackageDescription

let packages: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let orderedCollections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let grpcCore: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport: Target.Dependency = .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let swiftProtobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // One release build serves the program and its tests: docs/decisions/0004.
    .unsafeFlags(["-enable-testing"], .when(configuration: .release)),
] + (Context.environment["POLAI_FUZZ"].map { [.unsafeFlags(["-sanitize=\($0)"])] } ?? [])

/// A Swift target in `Sources/<room>/<name>` with its tests in `Tests/<name>Tests`.
func room(_ folder: String, _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(folder)/\(name)",
        resources: resources, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, path: "Tests/\(name)Tests",
        resources: resources, swiftSettings: swiftSettings)
}

// Floor 0: C libraries behind shims, and the reproducible kernels.
let floor0: [Target] = [
    .target(
        name: "CBlst", path: "Sources/C/CBlst", exclude: ["upstream"], sources: ["server.c", "assembly.S"],
        cSettings: [.define("__BLST_PORTABLE__"), .unsafeFlags(["-O2", "-w"])]),
    .target(
        name: "CEthash", path: "Sources/C/CEthash", exclude: ["upstream"],
        sources: ["ethash.cpp", "keccak.c", "primes.c"],
        cSettings: [.headerSearchPath("upstream/include"), .unsafeFlags(["-O3", "-w"])],
        cxxSettings: [.headerSearchPath("upstream/include"), .unsafeFlags(["-O3", "-w"])]),
    .systemLibrary(name: "CLMDB", path: "Sources/C/CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CSnappy", path: "Sources/C/CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .target(
        name: "CReproKernels", path: "Sources/C/CReproKernels",
        cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-fast-math"])]),
    .target(name: "CTrainingTexts", path: "Sources/C/CTrainingTexts"),
]

// Floor 1: bytes, hashes, encodings.
let floor1: [Target] = [
    room("Primitives", "Primitives", ["CBlst"]),
    room("Primitives", "JSON"),
    room("Primitives", "RLP", ["Primitives"]),
    room("Primitives", "SSZ", ["Primitives", "JSON"]),
    room("Primitives", "Multiformats", ["Primitives"]),
]

// Floor 2: signatures and keys.
let floor2: [Target] = [
    room("Cryptography", "BLS", ["CBlst", "Primitives"]),
    room("Cryptography", "Keys", ["BLS", "CBlst", "JSON", "Primitives", crypto, cryptoExtras]),
]

// Floor 3: the three pure worlds. No network, clock, log or file access of their own.
let floor3: [Target] = [
    room("Execution", "StateTrie", ["Primitives", "RLP"]),
    room("Execution", "ProofOfWork", ["CEthash", "Primitives"]),
    room("Execution", "EngineTypes", ["Primitives"]),
    room("Execution", "ExecutionChain", ["Primitives", "JSON", "RLP", "StateTrie", "ProofOfWork", "EngineTypes"]),
    room("Consensus", "BeaconTypes", ["Primitives", "SSZ"]),
    room("Consensus", "AckQuorum", ["Primitives", "SSZ", "BeaconTypes", "BLS"]),
    room("Consensus", "StateTransition", ["Primitives", "SSZ", "BeaconTypes", "AckQuorum", "BLS"]),
    room("Consensus", "ForkChoice", ["Primitives", "SSZ", "BeaconTypes", "StateTransition"]),
    room("Consensus", "GossipValidation", ["Primitives", "SSZ", "BLS", "BeaconTypes", "AckQuorum", "StateTransition", "ForkChoice"]),
    room("Consensus", "LightClient", ["Primitives", "SSZ", "BLS", "BeaconTypes", "StateTransition"]),
    room("Consensus", "SlashingProtection", ["Primitives", "JSON"]),
    room("Consensus", "SlashingDetection", ["Primitives", "SSZ", "BLS", "BeaconTypes", "AckQuorum"]),
    room("Learning", "ModelFiles", ["Primitives", "JSON"]),
    room("Learning", "LoRA", ["Primitives", "ModelFiles"]),
    room("Learning", "Transformer", ["Primitives", "CReproKernels", "ModelFiles", "LoRA"]),
    room("Learning", "LoRATraining", ["Primitives", "CReproKernels", "ModelFiles", "LoRA", "Transformer"]),
    room("Learning", "LossGate", ["Primitives", "ModelFiles", "LoRA", "Transformer"]),
    room("Learning", "UpdateCodec", ["Primitives", "ModelFiles", "LoRA", "LoRATraining"]),
    room("Learning", "Aggregation", ["Primitives", "LoRA"]),
    room("Learning", "AttackLab", ["Primitives", "AckQuorum", "ModelFiles", "LoRA", "Transformer", "LoRATraining", "LossGate", "UpdateCodec", "Aggregation"]),
    room("Learning", "PEFTFormat", ["Primitives", "JSON", "ModelFiles", "LoRA"]),
    room("Learning", "TextGeneration", ["ModelFiles", "LoRA", "Transformer"]),
    .target(
        name: "TrainingTexts", dependencies: ["CTrainingTexts", "Primitives"], path: "Sources/Learning/TrainingTexts",
        exclude: ["Resources"], swiftSettings: swiftSettings),
]

// Floor 4: what persists, and what the network will carry.
let floor4: [Target] = [
    room("Storage", "KeyValueStore", ["CLMDB", "Primitives"]),
    room("Storage", "ChainStore", ["Primitives", "KeyValueStore"]),
    room("Storage", "LearningStore", ["Primitives", "KeyValueStore", "LoRA"]),
    room("Network", "PeerIdentity", ["Primitives", "Multiformats", crypto]),
    room("Consensus", "SpecTests", ["CSnappy", "JSON", "Primitives", "SSZ", "BLS", "BeaconTypes", "AckQuorum", "StateTransition", "ForkChoice", "GossipValidation", "LightClient"]),
    room("Network", "ContentRouting", ["Primitives", "PeerIdentity", "BLS", "SSZ", "BeaconTypes", "AckQuorum"]),
]

// Floor 5: services. Actors that own state; each speaks to the others through the protocols of ServiceInterfaces.
let floor5: [Target] = [
    room("Services", "ServiceInterfaces", ["Primitives", "LoRA", "UpdateCodec", "BeaconTypes", "AckQuorum", "ContentRouting", "EngineTypes"]),
    room("Services", "NodeConfiguration", ["Primitives"]),
    room("Services", "DHTDaemon", ["ServiceInterfaces", "Primitives", "ContentRouting", "PeerIdentity", "KeyValueStore", logging]),
    room("Services", "ExecutionNode", [
        "ServiceInterfaces", "Primitives", "RLP", "EngineTypes", "ExecutionChain", "StateTrie", "ProofOfWork", "KeyValueStore", "ChainStore", logging,
    ]),
    room("Services", "BeaconNode", [
        "ServiceInterfaces", "Primitives", "SSZ", "BLS", "BeaconTypes", "StateTransition", "ForkChoice", "GossipValidation", "LightClient", "AckQuorum",
        "EngineTypes", "KeyValueStore", "ChainStore", logging,
    ]),
    room("Services", "ValidatorClient", [
        "ServiceInterfaces", "Primitives", "JSON", "SSZ", "BLS", "Keys", "BeaconTypes", "StateTransition", "AckQuorum", "SlashingProtection",
        "KeyValueStore", logging,
    ]),
    room("Services", "RemoteBeaconNode", [
        "ServiceInterfaces", "Primitives", "JSON", "SSZ", "BeaconTypes", "AckQuorum", asyncHTTPClient, nioCore, nioHTTP1, logging,
    ]),
    room("Services", "DevnetFaults", ["ServiceInterfaces", "Primitives", "SSZ", "BLS", "BeaconTypes", "StateTransition", "AckQuorum", "ContentRouting"]),
    room("Services", "Slasher", ["ServiceInterfaces", "Primitives", "SSZ", "BLS", "BeaconTypes", "AckQuorum", "StateTransition", "SlashingDetection", "ContentRouting", "KeyValueStore", logging]),
    room("Services", "AIEngine", [
        "ServiceInterfaces", "Primitives", "SSZ", "BLS", "BeaconTypes", "AckQuorum", "ContentRouting", "PeerIdentity", "ModelFiles", "Transformer",
        "LoRA", "LoRATraining", "LossGate", "UpdateCodec", "Aggregation", "TrainingTexts", "LearningStore", "PEFTFormat", logging,
    ]),
    room("Services", "AckDesk", ["ServiceInterfaces", "Primitives", "SSZ", "BeaconTypes", "AckQuorum", "StateTransition", logging]),
    room("Services", "Averager", [
        "ServiceInterfaces", "Primitives", "SSZ", "BeaconTypes", "AckQuorum", "ContentRouting", "PeerIdentity", "LossGate", "LoRA", "LoRATraining",
        "UpdateCodec", "Aggregation", "LearningStore", logging,
    ]),
    room("Services", "Trainer", [
        "ServiceInterfaces", "Primitives", "BeaconTypes", "ContentRouting", "PeerIdentity", "Transformer", "LoRA", "LoRATraining", "LossGate", "UpdateCodec",
        "TrainingTexts", "LearningStore", "ModelFiles", logging,
    ]),
    room("Services", "ModelHub", [asyncHTTPClient, crypto, nioCore, nioHTTP1, nioPosix]),
    room("Services", "UpdateAudit", ["ServiceInterfaces", "Primitives", "PeerIdentity", "AckQuorum", "Aggregation", "LoRA", "LoRATraining", "LossGate", "Transformer", "UpdateCodec", "KeyValueStore", "LearningStore", "DHTDaemon", asyncHTTPClient, nioCore, nioHTTP1]),
]

// Floor 6: the doors. Each calls a service's protocol, never storage.
let floor6: [Target] = [
    room("APIs", "HTTPDoor", ["JSON", hummingbird, logging, nioCore, nioPosix, serviceLifecycle]),
    room("APIs", "PrometheusMetrics", ["HTTPDoor", "ServiceInterfaces", hummingbird]),
    room("APIs", "JSONRPC", ["HTTPDoor", "JSON", "ServiceInterfaces", "Primitives", "EngineTypes", hummingbird, logging]),
    room("APIs", "BeaconAPI", ["HTTPDoor", "JSON", "ServiceInterfaces", "Primitives", "SSZ", "EngineTypes", "BeaconTypes", "AckQuorum", "StateTransition", hummingbird]),
    .target(
        name: "PrysmRPC",
        dependencies: ["HTTPDoor", "ServiceInterfaces", "Primitives", "SSZ", "BeaconTypes", "StateTransition", grpcCore, grpcTransport, grpcProtobuf, swiftProtobuf, logging, serviceLifecycle],
        path: "Sources/APIs/PrysmRPC", exclude: ["Protos"], swiftSettings: swiftSettings),
    room("APIs", "AIEngineAPI", ["HTTPDoor", "ServiceInterfaces", "Primitives", hummingbird]),
    room("APIs", "DHTAPI", ["HTTPDoor", "ServiceInterfaces", hummingbird]),
    room("APIs", "Dashboard", ["HTTPDoor", "Primitives", "ServiceInterfaces", "AIEngineAPI", hummingbird], resources: [.embedInCode("Page")]),
]

/// For tests only: slow twins of fast code, random values.
let testSupport: [Target] = [
    .target(name: "TestChains", dependencies: ["AckQuorum", "BLS", "BeaconNode", "BeaconTypes", "ChainStore", "EngineTypes", "KeyValueStore", "Primitives", "SSZ", "ServiceInterfaces", "StateTransition", logging], path: "Tests/TestChains", swiftSettings: swiftSettings),
    .target(name: "PolTestChain", dependencies: ["AckQuorum", "BLS", "BeaconTypes", "Primitives", "SSZ", "ServiceInterfaces", "SlashingDetection", "StateTransition"], path: "Tests/PolTestChain", swiftSettings: swiftSettings),
    .target(name: "SSZOracle", dependencies: ["SSZ", "Primitives"], path: "Tests/SSZOracle", swiftSettings: swiftSettings),
]

let testTargets: [Target] = [
    tests("SSZ", ["Primitives", "JSON", "SSZOracle"]),
    tests("BeaconTypes", ["Primitives", "SSZ", "JSON", "SSZOracle", "SpecTests"], resources: [.copy("Vectors")]),
    tests("AckQuorum", ["SSZOracle", "StateTransition", "BeaconTypes", "BLS", "Primitives", "SSZ"]),
    tests("StateTransition", ["SSZOracle", "SpecTests", "AckQuorum", "BeaconTypes", "BLS", "Primitives", "SSZ"], resources: [.copy("Vectors")]),
    tests("ForkChoice", ["SSZOracle", "SpecTests", "StateTransition", "BeaconTypes", "Primitives", "SSZ"]),
    tests("GossipValidation", ["AckQuorum", "BLS", "BeaconTypes", "ForkChoice", "PolTestChain", "Primitives", "SSZ", "StateTransition"]),
    tests("LightClient", ["BLS", "BeaconTypes", "PolTestChain", "Primitives", "SSZ", "StateTransition"]),
    tests("Multiformats", ["Primitives"]),
    tests("PeerIdentity", ["Primitives"], resources: [.copy("Vectors")]),
    tests("ContentRouting", ["AckQuorum", "BLS", "BeaconTypes", "PeerIdentity", "Primitives", "SSZ"]),
    tests("DHTDaemon", ["AckQuorum", "BLS", "BeaconTypes", "ContentRouting", "KeyValueStore", "PeerIdentity", "Primitives", "SSZ", "ServiceInterfaces", logging]),
    tests("BLS", ["CBlst", "Primitives"], resources: [.copy("Vectors")]),
    tests("AIEngineAPI", ["JSON", "ServiceInterfaces", "Primitives", hummingbird, hummingbirdTesting, nioCore]),
    tests("BeaconAPI", ["AckQuorum", "BLS", "BeaconNode", "JSON", "ServiceInterfaces", "Primitives", "SSZ", "BeaconTypes", "StateTransition", "TestChains", hummingbird, hummingbirdTesting]),
    tests("DHTAPI", ["JSON", "ServiceInterfaces", hummingbird, hummingbirdTesting]),
    tests("Dashboard", ["HTTPDoor", "ServiceInterfaces", "Primitives", hummingbird, hummingbirdTesting, logging, serviceLifecycle]),
    tests("HTTPDoor", ["JSON", hummingbird, hummingbirdTesting, logging, serviceLifecycle]),
    tests("JSON"),
    tests("Keys", ["BLS", "Primitives"], resources: [.copy("Vectors")]),
    tests("ProofOfWork", ["Primitives"]),
    tests("SlashingProtection", ["SSZOracle", "JSON", "Primitives"]),
    tests("SlashingDetection", ["SSZOracle", "AckQuorum", "BeaconTypes", "PolTestChain", "Primitives", "SSZ", "StateTransition"]),
    tests("Slasher", ["SSZOracle", "AckQuorum", "BeaconTypes", "ContentRouting", "KeyValueStore", "PolTestChain", "Primitives", "SSZ", "ServiceInterfaces", "SlashingDetection", "StateTransition", logging]),
    tests("PrysmRPC", ["AckQuorum", "BLS", "BeaconTypes", "HTTPDoor", "PolTestChain", "Primitives", "SSZ", "ServiceInterfaces", "SlashingDetection", "StateTransition", grpcCore, grpcTransport, grpcProtobuf, swiftProtobuf, logging]),
    tests("JSONRPC", ["HTTPDoor", "JSON", serviceLifecycle, "ServiceInterfaces", "Primitives", "EngineTypes", hummingbird, hummingbirdTesting, logging]),
    tests("ModelFiles", resources: [.copy("Vectors")]),
    tests("UpdateCodec", ["LoRA", "LoRATraining", "ModelFiles", "Primitives", "TinyModels", "Transformer", crypto], resources: [.copy("Vectors")]),
    tests("Aggregation", ["LoRA", "ModelFiles", "Primitives"]),
    tests("PEFTFormat", ["LoRA", "ModelFiles", "Primitives"], resources: [.copy("Vectors")]),
    tests("LearningStore", ["KeyValueStore", "LoRA", "ModelFiles", "Primitives"]),
    tests("LoRA", ["Primitives", "ModelFiles"]),
    tests("TrainingTexts", ["Primitives"]),
    tests("CReproKernels", ["LoRA"]),
    .target(name: "TinyModels", dependencies: ["LoRA", "ModelFiles", "Primitives"], path: "Tests/TinyModels", swiftSettings: swiftSettings),
    tests("Transformer", ["LoRA", "ModelFiles", "TinyModels"], resources: [.copy("Vectors")]),
    tests("LoRATraining", ["LoRA", "ModelFiles", "Primitives", "TinyModels", "Transformer"], resources: [.copy("Vectors")]),
    tests("LossGate", ["LoRA", "ModelFiles", "TinyModels", "Transformer"]),
    tests("ModelHub", [asyncHTTPClient, crypto, hummingbird, logging, nioCore, serviceLifecycle]),
    tests("UpdateAudit", ["AckQuorum", "DHTDaemon", "KeyValueStore", "LearningStore", "LoRA", "LoRATraining", "LossGate", "ModelFiles", "PeerIdentity", "Primitives", "ServiceInterfaces", "TinyModels", "Transformer", "UpdateCodec", hummingbird, hummingbirdTesting, nioCore]),
    tests("TextGeneration", ["LoRA", "ModelFiles", "TinyModels", "Transformer"]),
    tests("NodeConfiguration"),
    tests("PrometheusMetrics", ["HTTPDoor", "ServiceInterfaces", hummingbird, hummingbirdTesting]),
    tests("Primitives", resources: [.copy("Vectors")]),
    tests("KeyValueStore", ["Primitives"]),
    tests("DevnetFaults", ["AckQuorum", "BLS", "BeaconTypes", "ContentRouting", "Primitives", "SSZ", "ServiceInterfaces", "StateTransition"]),
    tests("BeaconNode", ["AckQuorum", "BLS", "BeaconTypes", "ChainStore", "EngineTypes", "ForkChoice", "KeyValueStore", "Primitives", "SSZ", "ServiceInterfaces", "StateTransition", "TestChains", logging]),
    tests("ValidatorClient", ["AckQuorum", "BLS", "BeaconTypes", "JSON", "Keys", "KeyValueStore", "Primitives", "SSZ", "ServiceInterfaces", "SlashingProtection", "StateTransition", logging]),
    tests("RemoteBeaconNode", ["AckQuorum", "BeaconTypes", "JSON", "Primitives", "SSZ", "ServiceInterfaces", hummingbird, logging]),
    tests("Trainer", ["ContentRouting", "KeyValueStore", "LearningStore", "LoRA", "LoRATraining", "ModelFiles", "PeerIdentity", "Primitives", "ServiceInterfaces", "TinyModels", "Transformer", "UpdateCodec", logging]),
    tests("AIEngine", ["AckQuorum", "BeaconTypes", "ContentRouting", "KeyValueStore", "LearningStore", "LoRA", "LossGate", "ModelFiles", "PeerIdentity", "Primitives", "SSZ", "ServiceInterfaces", "TinyModels", "Transformer", "UpdateCodec", logging]),
    tests("AttackLab", ["Aggregation", "LoRA", "LoRATraining", "ModelFiles", "Primitives", "TinyModels", "Transformer"]),
    tests("AckDesk", ["AckQuorum", "BLS", "BeaconTypes", "KeyValueStore", "PolTestChain", "Primitives", "SSZ", "ServiceInterfaces", "StateTransition", "ValidatorClient", logging]),
    tests("Averager", ["AckQuorum", "Aggregation", "BLS", "BeaconTypes", "ContentRouting", "LoRA", "ModelFiles", "PeerIdentity", "Primitives", "SSZ", "ServiceInterfaces", "UpdateCodec", logging]),
    tests("RLP", ["Primitives"]),
    tests("ChainStore", ["KeyValueStore", "Primitives"]),
    tests("ExecutionNode", ["ChainStore", "EngineTypes", "ExecutionChain", "KeyValueStore", "Primitives", "ProofOfWork", "ServiceInterfaces", "StateTrie", logging]),
    tests("StateTrie", ["JSON", "Primitives", "RLP"], resources: [.copy("Vectors")]),
    tests("ExecutionChain", ["EngineTypes", "JSON", "Primitives", "RLP", "StateTransition", "StateTrie"], resources: [.copy("Vectors")]),
]

let package = Package(
    name: "polai",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "polai", targets: ["polai"]),
        .library(name: "PolaiBenchmarkSupport", targets: ["CBlst", "Primitives", "BLS", "SSZ", "BeaconTypes", "StateTransition", "ForkChoice", "ProofOfWork", "ModelFiles", "LoRA", "Transformer", "LossGate", "LoRATraining", "TrainingTexts", "UpdateCodec", "Aggregation", "CReproKernels"]),
        // Fuzz/ feeds these with arbitrary bytes: docs/decisions/0013.
        .library(name: "PolaiFuzzSupport", targets: ["Primitives", "JSON", "RLP", "SSZ", "Multiformats", "StateTrie", "EngineTypes", "ExecutionChain", "BLS", "BeaconTypes", "AckQuorum", "StateTransition", "ForkChoice", "SlashingProtection", "SlashingDetection", "ModelFiles", "LoRA", "Transformer", "UpdateCodec", "PEFTFormat", "SpecTests", "NodeConfiguration"]),
        .library(name: "PolaiDoorFuzzSupport", targets: ["Primitives", "JSON", "SSZ", "Keys", "PeerIdentity", "ContentRouting", "BeaconTypes", "EngineTypes", "ServiceInterfaces", "HTTPDoor", "JSONRPC", "BeaconAPI", "PrysmRPC", "ModelHub", "BeaconNode", "TestChains"]),
    ],
    dependencies: packages,
    targets: floor0 + floor1 + floor2 + floor3 + floor4 + floor5 + floor6 + testSupport + testTargets + [
        // Floor 7: arguments and wiring only.
        .executableTarget(
            name: "polai",
            dependencies: (floor1 + floor2 + floor3 + floor4 + floor5 + floor6).map { .byName(name: $0.name) }
                + [argumentParser, logging, serviceLifecycle, unixSignals, hummingbird],
            path: "Sources/polai", swiftSettings: swiftSettings)
    ],
    cLanguageStandard: .gnu17,
    cxxLanguageStandard: .cxx17
)
