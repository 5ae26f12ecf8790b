// swift-tools-version: 6.2
// One package, one binary. Targets stand floor by floor, and each may import only what stands above it in
// this file's lists: `make lint` reads the built graph and fails on an upward edge (scripts/check-floors.py).
import PackageDescription

let packages: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
]

/// A product of another package.
func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }

let argumentParser = product("ArgumentParser", "swift-argument-parser")
let asyncHTTPClient = product("AsyncHTTPClient", "async-http-client")
let crypto = product("Crypto", "swift-crypto")
let cryptoExtras = product("CryptoExtras", "swift-crypto")
let grpcCore = product("GRPCCore", "grpc-swift-2")
let grpcProtobuf = product("GRPCProtobuf", "grpc-swift-protobuf")
let grpcTransport = product("GRPCNIOTransportHTTP2Posix", "grpc-swift-nio-transport")
let httpTypes = product("HTTPTypes", "swift-http-types")
let hummingbird = product("Hummingbird", "hummingbird")
let hummingbirdCore = product("HummingbirdCore", "hummingbird")
let hummingbirdTesting = product("HummingbirdTesting", "hummingbird")
let logging = product("Logging", "swift-log")
let nioCore = product("NIOCore", "swift-nio")
let nioHTTP1 = product("NIOHTTP1", "swift-nio")
let nioPosix = product("NIOPosix", "swift-nio")
let nioSSL = product("NIOSSL", "swift-nio-ssl")
let nioTLS = product("NIOTLS", "swift-nio")
let nioWebSocket = product("NIOWebSocket", "swift-nio")
let serviceLifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let swiftASN1 = product("SwiftASN1", "swift-asn1")
let swiftProtobuf = product("SwiftProtobuf", "swift-protobuf")
let x509 = product("X509", "swift-certificates")

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // One release build serves the program and its tests: docs/decisions/0004.
    .unsafeFlags(["-enable-testing"], .when(configuration: .release)),
] + (Context.environment["POLAI_FUZZ"].map { [.unsafeFlags(["-sanitize=\($0)"])] } ?? [])

/// For targets that the optimiser crashes on, or in which nothing takes time.
let unoptimised: [SwiftSetting] = [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// A Swift target in `Sources/<folder>/<name>`; its dependencies are exactly what its files import (`make lint`).
func room(
    _ folder: String, _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
    resources: [Resource]? = nil, optimised: Bool = true
) -> Target {
    // Swift 6.3's optimiser breaks off in Kademlia, HivemindWire and HivemindAveraging; SpecTests compares and prints.
    return .target(
        name: name, dependencies: dependencies, path: "Sources/\(folder)/\(name)", exclude: exclude,
        resources: resources, swiftSettings: swiftSettings + (optimised ? [] : unoptimised))
}

/// Tests run once for each build: to optimise them takes longer than they run, so the rooms alone are optimised.
let testSettings = swiftSettings + unoptimised

/// The tests of the room `name`, in `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, path: "Tests/\(name)Tests",
        resources: resources, swiftSettings: testSettings)
}

/// What several rooms' tests share, in `Tests/<name>`.
func support(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: swiftSettings)
}

/// Test vectors beside the tests that read them.
let vectors: [Resource] = [.copy("Vectors")]

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
    .target(name: "CMerkleHash", path: "Sources/C/CMerkleHash", cSettings: [.unsafeFlags(["-O2"])]),
    .systemLibrary(
        name: "CSecp256k1", path: "Sources/C/CSecp256k1", pkgConfig: "libsecp256k1",
        providers: [.apt(["libsecp256k1-dev"])]),
    .systemLibrary(name: "CLMDB", path: "Sources/C/CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CZlib", path: "Sources/C/CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CSnappy", path: "Sources/C/CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .target(
        name: "CReproKernels", path: "Sources/C/CReproKernels",
        cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-fast-math"])]),
    .target(name: "CEarlySignals", path: "Sources/C/CEarlySignals"),
    .target(name: "CTrainingTexts", path: "Sources/C/CTrainingTexts"),
]

// Floor 1: bytes, hashes, encodings.
let floor1: [Target] = [
    room("Primitives", "Primitives", ["CBlst", "CMerkleHash"]),
    room("Primitives", "JSON"),
    room("Primitives", "RLP", ["Primitives"]),
    room("Primitives", "MessagePack", ["Primitives"]),
    room("Primitives", "SSZ", ["JSON", "Primitives"]),
    room("Primitives", "Multiformats", ["Primitives"]),
]

// Floor 2: signatures and keys.
let floor2: [Target] = [
    room("Cryptography", "BLS", ["CBlst", "Primitives"]),
    room("Cryptography", "Secp256k1", ["CSecp256k1", "Primitives"]),
    room("Cryptography", "Keys", ["BLS", "CBlst", "JSON", "Primitives", "Secp256k1", crypto, cryptoExtras]),
    room("Cryptography", "PeerIdentity", ["Multiformats", "Primitives", crypto]),
    room("Cryptography", "RSASignatures", ["Primitives", crypto, cryptoExtras]),
    room("Cryptography", "NodeRecords", ["Multiformats", "Primitives", "RLP", "Secp256k1"]),
]

// Floor 3: the three pure worlds. No network, clock, log or file access of their own.
let floor3: [Target] = [
    room("Execution", "StateTrie", ["Primitives", "RLP"]),
    room("Execution", "EVM", ["CBlst", "Primitives", "RLP", "Secp256k1", "StateTrie", crypto]),
    room("Execution", "Transactions", ["EVM", "Primitives", "RLP", "Secp256k1", "StateTrie"]),
    room("Execution", "TransactionPool", ["EVM", "Primitives", "Transactions"]),
    room("Execution", "ProofOfWork", ["CEthash", "Primitives"]),
    room("Execution", "EngineTypes", ["Primitives"]),
    room("Execution", "ExecutionChain", [
        "EngineTypes", "EVM", "JSON", "NodeRecords", "Primitives", "RLP", "StateTrie", "Transactions",
    ]),
    room("Execution", "EthProtocol", [
        "EVM", "ExecutionChain", "NodeRecords", "Primitives", "RLP", "Transactions",
    ]),
    room("Consensus", "BeaconTypes", ["EngineTypes", "JSON", "Primitives", "SSZ"]),
    room("Consensus", "AckQuorum", ["BeaconTypes", "BLS", "EngineTypes", "Primitives", "SSZ"]),
    room("Consensus", "StateTransition", [
        "AckQuorum", "BeaconTypes", "BLS", "EngineTypes", "Primitives", "SSZ",
    ]),
    room("Consensus", "ForkChoice", ["BeaconTypes", "EngineTypes", "Primitives", "SSZ", "StateTransition"]),
    room("Consensus", "GossipValidation", [
        "AckQuorum", "BeaconTypes", "BLS", "EngineTypes", "ForkChoice", "Primitives", "SSZ",
        "StateTransition",
    ]),
    room("Consensus", "LightClient", ["BeaconTypes", "BLS", "Primitives", "SSZ", "StateTransition"]),
    room("Consensus", "SlashingProtection", ["JSON", "Primitives"]),
    room("Consensus", "SlashingDetection", ["AckQuorum", "BeaconTypes", "BLS", "Primitives", "SSZ"]),
    room("Learning", "ModelFiles", ["JSON", "Primitives"]),
    room("Learning", "LoRA", ["ModelFiles", "Primitives"]),
    room("Learning", "Transformer", ["CReproKernels", "LoRA", "ModelFiles", "Primitives"]),
    room("Learning", "LoRATraining", ["CReproKernels", "LoRA", "ModelFiles", "Primitives", "Transformer"]),
    room("Learning", "LossGate", ["BeaconTypes", "LoRA", "Primitives", "SSZ", "Transformer"]),
    room("Learning", "UpdateCodec", ["LoRA", "LoRATraining", "ModelFiles", "PeerIdentity", "Primitives"]),
    room("Learning", "Aggregation", ["LoRA", "Primitives"]),
    room("Learning", "UpdateLife", ["Primitives"]),
    room("Learning", "UpdateJudgement", ["Aggregation", "LoRA", "Primitives", "UpdateCodec", "UpdateLife"]),
    room("Learning", "AttackLab", [
        "AckQuorum", "Aggregation", "BeaconTypes", "BLS", "EngineTypes", "LoRA", "LoRATraining",
        "LossGate", "ModelFiles", "Primitives", "SlashingDetection", "SSZ", "StateTransition",
        "Transformer", "UpdateCodec", "UpdateJudgement",
    ]),
    room("Learning", "PEFTFormat", ["JSON", "LoRA", "ModelFiles", "Primitives"]),
    room("Learning", "ChatTemplates"),
    room("Learning", "TextGeneration", ["ChatTemplates", "LoRA", "ModelFiles", "Transformer"]),
    room("Learning", "LearningTask", ["Primitives"]),
    room("Learning", "TrainingTexts", [
        "CTrainingTexts", "LearningTask", "Primitives",
    ], exclude: ["Resources"]),
]

// Floor 4: what persists, and what the network will carry.
let floor4: [Target] = [
    room("Storage", "KeyValueStore", ["CLMDB", "Primitives"]),
    room("Storage", "ChainStore", ["KeyValueStore", "Primitives"]),
    room("Storage", "EthashDatasets", ["Primitives", "ProofOfWork"]),
    room("Storage", "LearningStore", ["KeyValueStore", "LoRA", "Primitives", "UpdateLife"]),
    room("Network", "Discovery", [
        "Multiformats", "NodeRecords", "Primitives", "RLP", "Secp256k1", crypto, cryptoExtras,
    ]),
    room("Network", "DiscoveryService", [
        "Discovery", "Multiformats", "NodeRecords", "Primitives", "Secp256k1", logging, nioCore, nioPosix,
    ]),
    room("Network", "RLPx", ["CSnappy", "Primitives", "RLP", "Secp256k1", crypto, cryptoExtras]),
    room("Network", "RLPxHost", [
        "Multiformats", "NodeRecords", "Primitives", "RLPx", "Secp256k1", logging, nioCore, nioPosix,
    ]),
    room("Network", "LibP2PProtocols", [
        "Multiformats", "PeerIdentity", "Primitives", "Secp256k1", crypto, cryptoExtras, nioCore,
        swiftASN1, x509,
    ]),
    room("Network", "LibP2P", [
        "LibP2PProtocols", "Multiformats", "PeerIdentity", logging, nioCore, nioPosix, nioSSL, nioTLS,
    ]),
    room("Network", "NATTraversal", [
        "LibP2P", "LibP2PProtocols", "Multiformats", "PeerIdentity", logging, nioCore,
    ]),
    room("Network", "Kademlia", [
        "LibP2P", "LibP2PProtocols", "Multiformats", "PeerIdentity", "Primitives", nioCore,
    ], optimised: false),
    room("Network", "GossipSub", [
        "LibP2P", "LibP2PProtocols", "Multiformats", "PeerIdentity", "Primitives", crypto, logging, nioCore,
    ]),
    room("Network", "HivemindWire", [
        "LibP2PProtocols", "MessagePack", "Multiformats", "PeerIdentity", "Primitives", "RSASignatures",
        crypto, nioCore,
    ], optimised: false),
    room("Network", "HivemindRPC", [
        "HivemindWire", "LibP2P", "LibP2PProtocols", "PeerIdentity", "Primitives", nioCore,
    ]),
    room("Network", "HivemindDHT", [
        "HivemindRPC", "HivemindWire", "LibP2P", "LibP2PProtocols", "Multiformats", "PeerIdentity", "RSASignatures",
        logging,
    ]),
    room("Network", "HivemindAveraging", [
        "HivemindWire", "LibP2PProtocols", "MessagePack", "Multiformats", "Primitives",
    ], optimised: false),
    room("Network", "PetalsWire", [
        "HivemindAveraging", "HivemindWire", "LibP2PProtocols", "MessagePack", "Primitives",
    ], optimised: false),
    room("Network", "HivemindRounds", [
        "HivemindAveraging", "HivemindDHT", "HivemindRPC", "HivemindWire", "LibP2P", "MessagePack",
        "Multiformats", "PeerIdentity",
    ]),
    room("Wire", "BeaconWire", ["BeaconTypes", "CSnappy", "Multiformats", "Primitives", "SSZ"]),
    room("Conformance", "SpecTests", [
        "BeaconTypes", "BeaconWire", "BLS", "EngineTypes", "ForkChoice", "GossipValidation", "JSON",
        "LightClient", "Primitives", "SSZ", "StateTransition",
    ], optimised: false),
    room("Execution", "ExecutionVectors", [
        "EngineTypes", "EVM", "ExecutionChain", "JSON", "Primitives", "RLP", "Secp256k1", "StateTrie",
        "Transactions",
    ]),
    room("Network", "ContentRouting", ["Multiformats", "PeerIdentity", "Primitives"]),
    room("Network", "HTTPReader", [asyncHTTPClient, nioCore, nioHTTP1, nioPosix]),
    room("Network", "ContentShelves", ["ContentRouting", "KeyValueStore", "Primitives"]),
    room("Network", "ContentNetwork", [
        "ContentRouting", "ContentShelves", "GossipSub", "Kademlia", "LibP2P", "LibP2PProtocols",
        "Multiformats", "NATTraversal", "PeerIdentity", "Primitives", logging, nioCore,
    ]),
    room("Wire", "AckRecords", [
        "AckQuorum", "BeaconTypes", "BLS", "ContentRouting", "PeerIdentity", "Primitives", "SSZ",
    ]),
    room("Wire", "EngineWire", ["EngineTypes", "JSON", "Multiformats", "Primitives", crypto]),
]

// Floor 5: services. Actors that own state; each speaks to the others through the protocols of ServiceInterfaces.
let floor5: [Target] = [
    room("Services", "ServiceInterfaces", [
        "AckQuorum", "BeaconTypes", "EngineTypes", "EVM", "ExecutionChain", "LoRA", "Primitives",
        "StateTrie", "Transactions", "UpdateLife",
    ]),
    room("Services", "BlockingWork"),
    room("Services", "NodeConfiguration"),
    room("Services", "PetalsClient", [
        "HivemindAveraging", "HivemindDHT", "HivemindRPC", "HivemindWire", "LibP2P", "MessagePack", "ModelFiles",
        "PeerIdentity", "PetalsWire", "TextGeneration", "Transformer", nioCore,
    ], optimised: false),
    room("Services", "DHTDaemon", [
        "ContentNetwork", "ContentRouting", "ContentShelves", "GossipSub", "HivemindDHT", "Kademlia",
        "KeyValueStore",
        "LibP2P", "Multiformats", "NATTraversal", "PeerIdentity", "Primitives", "ServiceInterfaces",
        "UpdateCodec", logging, nioCore,
    ]),
    room("Services", "ChainSync", ["BeaconTypes", "Primitives", "ServiceInterfaces", "SSZ", logging]),
    room("Services", "PeerBlocks", [
        "BeaconTypes", "BeaconWire", "ChainSync", "Discovery", "DiscoveryService", "LibP2P", "LibP2PProtocols",
        "Multiformats", "NodeRecords", "PeerIdentity", "Primitives", "ServiceInterfaces", "SSZ", logging, nioCore,
    ]),
    room("Services", "BeaconGossip", [
        "BeaconTypes", "ChainSync", "ContentRouting", "GossipSub", "GossipValidation",
        "PeerIdentity", "Primitives", "ServiceInterfaces", "SSZ", logging,
    ]),
    room("Services", "ExecutionNode", [
        "BlockingWork", "ChainStore", "EngineTypes", "ExecutionChain", "KeyValueStore", "Primitives",
        "ProofOfWork", "RLP", "ServiceInterfaces", "StateTrie", "TransactionPool", "Transactions", logging,
    ]),
    room("Services", "ExternalMiner", [
        "BlockingWork", "EngineWire", "HTTPReader", "JSON", "Primitives", "ProofOfWork", "ServiceInterfaces",
        logging,
    ]),
    room("Services", "RemoteExecutionEngine", [
        "EngineTypes", "EngineWire", "HTTPReader", "JSON", "Primitives", "ServiceInterfaces",
    ]),
    room("Services", "BeaconNode", [
        "AckQuorum", "BeaconTypes", "BLS", "BlockingWork", "ChainStore", "EngineTypes", "ForkChoice",
        "GossipValidation", "LightClient", "Primitives", "ServiceInterfaces", "SSZ", "StateTransition",
        logging,
    ]),
    room("Services", "ValidatorClient", [
        "AckQuorum", "BeaconTypes", "BLS", "JSON", "Keys", "KeyValueStore", "Primitives",
        "ServiceInterfaces", "SlashingProtection", "SSZ", "StateTransition", logging,
    ]),
    room("Services", "RemoteBeaconNode", [
        "AckQuorum", "BeaconTypes", "HTTPReader", "JSON", "Primitives", "ServiceInterfaces", "SSZ",
        logging,
    ]),
    room("Services", "EthNetwork", [
        "EthProtocol", "ExecutionChain", "NodeRecords", "Primitives", "RLPx", "RLPxHost", "Secp256k1",
        "ServiceInterfaces", "Transactions", logging,
    ]),
    room("Services", "RemoteAIEngine", [
        "BeaconTypes", "HTTPReader", "JSON", "LoRA", "Primitives", "ServiceInterfaces", "SSZ", "UpdateLife",
        logging,
    ]),
    room("Services", "DevnetFaults", [
        "AckQuorum", "AckRecords", "BeaconTypes", "BLS", "ContentRouting", "EngineTypes", "Primitives",
        "ServiceInterfaces", "SSZ", "StateTransition",
    ]),
    room("Services", "Slasher", [
        "AckQuorum", "AckRecords", "BeaconTypes", "BLS", "ContentRouting", "EngineTypes", "KeyValueStore",
        "Primitives", "ServiceInterfaces", "SlashingDetection", "SSZ", "StateTransition", logging,
    ]),
    room("Services", "UpdateLedger", [
        "LearningStore", "Primitives", "ServiceInterfaces", "UpdateJudgement", "UpdateLife", logging,
    ]),
    room("Services", "AIEngine", [
        "AckQuorum", "AckRecords", "BeaconTypes", "BlockingWork", "ContentRouting", "EngineTypes",
        "LearningStore", "LearningTask", "LoRA", "LossGate", "PEFTFormat", "Primitives",
        "ServiceInterfaces", "SSZ", "UpdateCodec", "UpdateJudgement", "UpdateLedger", "UpdateLife", logging,
    ]),
    room("Services", "AckVoteService", [
        "AckQuorum", "BeaconTypes", "Primitives", "ServiceInterfaces", "SSZ", "StateTransition", logging,
    ]),
    room("Services", "Averager", [
        "AckQuorum", "AckRecords", "Aggregation", "BeaconTypes", "ContentRouting", "LoRA", "PeerIdentity",
        "Primitives", "ServiceInterfaces", "SSZ", "UpdateCodec", "UpdateJudgement", "UpdateLife", logging,
    ]),
    room("Services", "Trainer", [
        "BeaconTypes", "BlockingWork", "ContentRouting", "HivemindDHT", "HivemindRounds", "HTTPReader", "Kademlia",
        "LearningStore", "LearningTask", "LibP2P", "LoRA", "LoRATraining", "MessagePack", "ModelFiles", "Multiformats",
        "PeerIdentity", "Primitives", "ServiceInterfaces", "TrainingTexts", "UpdateCodec", "UpdateLife", logging, nioCore,
    ]),
    room("Services", "ModelHub", ["HTTPReader", crypto]),
    room("Services", "PetalsServer", [
        "BlockingWork", "HivemindAveraging", "HivemindDHT", "HivemindRPC", "HivemindWire", "LibP2P", "LoRA",
        "LoRATraining", "MessagePack", "ModelFiles", "PeerIdentity", "PetalsWire", "Transformer", logging,
    ], optimised: false),
    room("Services", "UpdateAudit", [
        "AckQuorum", "Aggregation", "ContentShelves", "HTTPReader", "KeyValueStore", "LearningStore",
        "LoRA", "LoRATraining", "LossGate", "Primitives", "ServiceInterfaces", "UpdateCodec",
        "UpdateJudgement", "UpdateLife",
    ]),
]

// Floor 6: the doors. Each calls a service's protocol, never storage.
let floor6: [Target] = [
    room("APIs", "HTTPDoor", [
        "CZlib", "JSON", "Primitives", httpTypes, hummingbird, hummingbirdCore, logging, nioCore, nioHTTP1,
        nioPosix, nioWebSocket, serviceLifecycle,
    ]),
    room("APIs", "PrometheusMetrics", ["HTTPDoor", "ServiceInterfaces", hummingbird]),
    room("APIs", "JSONRPCCore", ["JSON", logging]),
    room("APIs", "IPCDoor", ["JSONRPCCore", logging, nioCore, nioPosix]),
    room("APIs", "JSONRPC", [
        "EngineTypes", "EngineWire", "EVM", "ExecutionChain", "HTTPDoor", "JSON", "JSONRPCCore", "Primitives",
        "Secp256k1", "ServiceInterfaces", "StateTrie", "Transactions", hummingbird, logging,
        serviceLifecycle,
    ]),
    room("APIs", "EngineAPI", [
        "EngineTypes", "EngineWire", "ExecutionChain", "HTTPDoor", "JSON", "JSONRPCCore", "Primitives",
        "ServiceInterfaces", "Transactions", hummingbird,
    ]),
    room("APIs", "BeaconAPI", [
        "AckQuorum", "BeaconTypes", "EngineTypes", "HTTPDoor", "JSON", "Primitives", "ServiceInterfaces",
        "SSZ", "StateTransition", httpTypes, hummingbird,
    ]),
    room("APIs", "PrysmRPC", [
        "BeaconTypes", "HTTPDoor", "Primitives", "ServiceInterfaces", "SSZ", "StateTransition", grpcCore,
        grpcProtobuf, grpcTransport, logging, serviceLifecycle, swiftProtobuf,
    ], exclude: ["Protos"]),
    room("APIs", "AIEngineAPI", [
        "BeaconTypes", "HTTPDoor", "JSON", "LoRA", "Primitives", "ServiceInterfaces", "SSZ", "UpdateCodec",
        "UpdateLife", hummingbird,
    ]),
    room("APIs", "DHTAPI", [
        "HTTPDoor", "JSON", "Primitives", "PrometheusMetrics", "ServiceInterfaces", hummingbird,
    ]),
    room("APIs", "Dashboard", [
        "AIEngineAPI", "HTTPDoor", "Primitives", "ServiceInterfaces", httpTypes, hummingbird,
    ], resources: [.embedInCode("Page")]),
]

/// For tests only: slow twins of fast code, random values, small chains and models.
let testSupport: [Target] = [
    support("TestSupport"),
    support("TestSockets", [nioCore, nioPosix]),
    support("SSZOracle", ["Primitives", "SSZ", "TestSupport"]),
    support("PolTestChain", [
        "AckQuorum", "BeaconTypes", "BLS", "EngineTypes", "Primitives", "ServiceInterfaces",
        "SlashingDetection", "SSZ", "StateTransition",
    ]),
    support("TestChains", [
        "AckQuorum", "BeaconNode", "BeaconTypes", "BLS", "ChainStore", "EngineTypes", "KeyValueStore",
        "Primitives", "ServiceInterfaces", "SSZ", "StateTransition", "TestSupport", logging,
    ]),
    support("TestNetwork", [
        "AckRecords", "BeaconTypes", "ContentRouting", "Primitives", "ServiceInterfaces", "SSZ",
        "UpdateLife",
    ]),
    support("TinyModels", ["LoRA", "ModelFiles", "Primitives", "TestSupport"]),
    support("TestWorkChain", [
        "ChainStore", "EngineTypes", "ExecutionChain", "ExecutionNode", "KeyValueStore", "Primitives",
        "Secp256k1", "ServiceInterfaces", "StateTrie", "TestSupport", "Transactions", logging,
    ]),
    support("GossipSimulator", ["GossipSub", "Multiformats", "PeerIdentity"]),
    // What scripts/check-libp2p.py sets against other implementations.
    .executableTarget(
        name: "LibP2PPeer",
        dependencies: [
            "GossipSub", "Kademlia", "LibP2P", "LibP2PProtocols", "Multiformats", "NATTraversal", "PeerIdentity",
            logging, nioCore, nioPosix,
        ], path: "Tests/LibP2PPeer", swiftSettings: swiftSettings),
    // What scripts/check-hivemind.py sets against Hivemind itself.
    .executableTarget(
        name: "HivemindPeer",
        dependencies: [
            "HivemindAveraging", "HivemindDHT", "HivemindRounds", "HivemindWire", "JSON", "Kademlia", "LibP2P",
            "MessagePack", "Multiformats", "PeerIdentity", "Primitives", "RSASignatures", logging, nioCore, nioPosix,
        ], path: "Tests/HivemindPeer", swiftSettings: swiftSettings),
]

// In the order of the rooms.
let testTargets: [Target] = [
    tests("CReproKernels", ["TestSupport"]),
    tests("Primitives", ["TestSupport"], resources: vectors),
    tests("JSON"),
    tests("RLP", ["Primitives", "TestSupport"]),
    tests("MessagePack", ["JSON", "Primitives"], resources: vectors),
    tests("SSZ", ["JSON", "Primitives", "SSZOracle", "TestSupport"]),
    tests("Multiformats", ["Primitives"]),
    tests("BLS", ["CBlst", "Primitives", "TestSupport"], resources: vectors),
    tests("Secp256k1", ["Primitives"]),
    tests("Keys", ["BLS", "Primitives", "Secp256k1", "TestSupport"], resources: vectors),
    tests("StateTrie", ["JSON", "Primitives", "TestSupport"], resources: vectors),
    tests("EVM", ["Primitives", "StateTrie"]),
    tests("Transactions", ["EVM", "Primitives", "RLP", "Secp256k1", "StateTrie"]),
    tests("TransactionPool", ["EVM", "Primitives", "Secp256k1", "Transactions"]),
    tests("ExecutionVectors", ["EVM", "JSON", "Primitives", "TestSupport"], resources: vectors),
    tests("ProofOfWork", ["Primitives", "TestSupport"]),
    tests("ExecutionChain", [
        "EngineTypes", "EVM", "JSON", "Primitives", "RLP", "StateTransition", "StateTrie", "TestSupport",
        "Transactions",
    ], resources: vectors),
    tests("EthProtocol", [
        "EngineTypes", "EVM", "ExecutionChain", "NodeRecords", "Primitives", "RLP", "TestSupport",
        "Transactions",
    ]),
    tests("BeaconTypes", [
        "BeaconWire", "EngineTypes", "JSON", "Primitives", "SpecTests", "SSZ", "SSZOracle", "TestSupport",
    ], resources: vectors),
    tests("AckQuorum", ["BeaconTypes", "BLS", "Primitives", "SSZ", "SSZOracle", "TestSupport"]),
    tests("StateTransition", [
        "AckQuorum", "BeaconTypes", "BLS", "EngineTypes", "JSON", "Primitives", "SpecTests", "SSZ",
        "SSZOracle", "TestSupport",
    ], resources: vectors),
    tests("ForkChoice", ["BeaconTypes", "Primitives", "SSZOracle", "TestSupport"]),
    tests("GossipValidation", [
        "AckQuorum", "BeaconTypes", "BLS", "ForkChoice", "PolTestChain", "Primitives", "SSZ",
        "StateTransition",
    ]),
    tests("LightClient", [
        "BeaconTypes", "BLS", "EngineTypes", "PolTestChain", "Primitives", "SSZ", "StateTransition",
        "TestSupport",
    ]),
    tests("SlashingProtection", ["JSON", "Primitives", "SSZOracle", "TestSupport"]),
    tests("SlashingDetection", [
        "AckQuorum", "BeaconTypes", "PolTestChain", "Primitives", "SSZ", "SSZOracle", "StateTransition",
        "TestSupport",
    ]),
    tests("ModelFiles", ["Primitives", "TestSupport"], resources: vectors),
    tests("LoRA", ["ModelFiles", "Primitives"]),
    tests("Transformer", ["LoRA", "ModelFiles", "Primitives", "TinyModels"], resources: vectors),
    tests("LoRATraining", [
        "LoRA", "ModelFiles", "Primitives", "TestSupport", "TinyModels", "Transformer",
    ], resources: vectors),
    tests("LossGate", [
        "JSON", "LoRA", "ModelFiles", "Primitives", "TestSupport", "TinyModels", "Transformer",
    ], resources: vectors),
    tests("UpdateCodec", [
        "LoRA", "LoRATraining", "ModelFiles", "PeerIdentity", "Primitives", "TestSupport", "TinyModels",
        "Transformer", crypto,
    ], resources: vectors),
    tests("Aggregation", ["LoRA", "ModelFiles", "Primitives", "TestSupport"]),
    tests("UpdateLife", ["Primitives", "SSZOracle", "TestSupport"]),
    tests("AttackLab", [
        "Aggregation", "BeaconTypes", "LoRA", "LoRATraining", "ModelFiles", "Primitives", "TinyModels",
        "Transformer",
    ]),
    tests("PEFTFormat", ["LoRA", "ModelFiles", "Primitives"], resources: vectors),
    tests("TextGeneration", ["ChatTemplates", "LoRA", "ModelFiles", "TinyModels", "Transformer"]),
    tests("LearningTask", ["Primitives"]),
    tests("ChatTemplates", resources: vectors),
    tests("TrainingTexts", ["Primitives"]),
    tests("KeyValueStore", ["Primitives", "TestSupport"]),
    tests("ChainStore", ["KeyValueStore", "Primitives", "TestSupport"]),
    tests("EthashDatasets", ["Primitives", "ProofOfWork", "TestSupport"]),
    tests("LearningStore", [
        "KeyValueStore", "LoRA", "ModelFiles", "Primitives", "TestSupport", "UpdateLife",
    ]),
    tests("PeerIdentity", ["Primitives"], resources: vectors),
    tests("RSASignatures", ["Primitives", crypto, cryptoExtras], resources: vectors),
    tests("NodeRecords", ["Multiformats", "Primitives", "RLP", "Secp256k1", "TestSupport"]),
    tests("ContentRouting"),
    tests("BlockingWork"),
    tests("HTTPReader", [httpTypes, hummingbird, logging, nioCore, serviceLifecycle]),
    tests("ContentShelves", ["ContentRouting", "KeyValueStore", "TestSupport"]),
    tests("BeaconWire", ["BeaconTypes", "Primitives", "SSZ"], resources: vectors),
    tests("EngineWire", ["EngineTypes", "JSON", "Primitives"]),
    tests("AckRecords", [
        "AckQuorum", "BeaconTypes", "BLS", "ContentRouting", "PeerIdentity", "Primitives",
    ]),
    tests("Discovery", ["Multiformats", "NodeRecords", "Primitives", "RLP", "Secp256k1", "TestSupport"]),
    tests("DiscoveryService", [
        "Discovery", "Multiformats", "NodeRecords", "Primitives", "Secp256k1", logging, nioCore, nioPosix,
    ]),
    tests("RLPx", ["Primitives", "RLP", "Secp256k1", "TestSupport"]),
    tests("RLPxHost", [
        "Multiformats", "NodeRecords", "Primitives", "RLPx", "Secp256k1", logging, nioCore, nioPosix,
    ]),
    tests("LibP2PProtocols", [
        "Multiformats", "PeerIdentity", "Primitives", "TestSupport", crypto, nioCore, swiftASN1, x509,
    ], resources: vectors),
    tests("LibP2P", ["LibP2PProtocols", "Multiformats", "PeerIdentity", logging, nioCore, nioPosix]),
    tests("NATTraversal", [
        "LibP2P", "LibP2PProtocols", "Multiformats", "PeerIdentity", logging, nioCore, nioPosix,
    ]),
    tests("Kademlia", [
        "LibP2P", "LibP2PProtocols", "Multiformats", "PeerIdentity", logging, nioCore, nioPosix,
    ]),
    tests("HivemindWire", [
        "JSON", "LibP2PProtocols", "MessagePack", "Multiformats", "PeerIdentity", "Primitives", "RSASignatures",
        "TestSupport", nioCore,
    ], resources: vectors),
    tests("HivemindAveraging", ["LibP2PProtocols", "Multiformats", "Primitives"], resources: vectors),
    tests("HivemindRPC", [
        "HivemindWire", "LibP2P", "Multiformats", "PeerIdentity", logging, nioPosix,
    ]),
    tests("PetalsServer", [
        "HivemindAveraging", "HivemindDHT", "HivemindRPC", "HivemindWire", "LibP2P", "LibP2PProtocols",
        "MessagePack", "Multiformats", "PeerIdentity", "PetalsWire", "Primitives", "TinyModels", "Transformer",
        logging, nioPosix,
    ], resources: vectors),
    tests("HivemindRounds", [
        "HivemindAveraging", "HivemindDHT", "HivemindWire", "LibP2P", "MessagePack", "Multiformats",
        "PeerIdentity", logging, nioCore, nioPosix,
    ]),
    tests("HivemindDHT", [
        "HivemindRPC", "HivemindWire", "LibP2P", "MessagePack", "Multiformats", "PeerIdentity", "RSASignatures",
        "TestSupport", logging, nioPosix,
    ]),
    tests("GossipSub", [
        "GossipSimulator", "LibP2P", "LibP2PProtocols", "PeerIdentity", logging, nioPosix,
    ]),
    tests("ContentNetwork", [
        "ContentRouting", "ContentShelves", "GossipSub", "Kademlia", "KeyValueStore", "LibP2P",
        "LibP2PProtocols", "Multiformats", "PeerIdentity", "Primitives", "TestSupport", logging, nioPosix,
    ]),
    tests("NodeConfiguration"),
    tests("PetalsClient", [
        "HivemindAveraging", "HivemindDHT", "HivemindRPC", "HivemindWire", "JSON", "LibP2P", "MessagePack",
        "Multiformats", "PeerIdentity", "PetalsWire", "Primitives", "TestSupport", "Transformer", logging, nioPosix,
    ], resources: vectors),
    tests("DHTDaemon", [
        "AckQuorum", "AckRecords", "BeaconTypes", "BLS", "ContentNetwork", "ContentRouting", "Kademlia",
        "KeyValueStore", "LibP2P", "Multiformats", "PeerIdentity", "Primitives", "ServiceInterfaces",
        "TestSupport", logging, nioPosix,
    ]),
    tests("ChainSync", [
        "BeaconTypes", "Primitives", "ServiceInterfaces", "SSZ", "SSZOracle", "TestSupport", logging,
    ]),
    tests("BeaconGossip", ["BeaconTypes", "GossipSimulator", "GossipSub", "GossipValidation"]),
    tests("PeerBlocks", [
        "BeaconTypes", "BeaconWire", "ChainSync", "Discovery", "DiscoveryService", "LibP2P", "LibP2PProtocols",
        "Multiformats", "NodeRecords", "PeerIdentity", "Primitives", "ServiceInterfaces", "SSZ", logging, nioCore, nioPosix,
    ]),
    tests("ExecutionNode", [
        "ChainStore", "EngineTypes", "EVM", "ExecutionChain", "KeyValueStore", "Primitives", "ProofOfWork",
        "Secp256k1", "ServiceInterfaces", "StateTrie", "TestSupport", "TestWorkChain", "Transactions",
        logging,
    ]),
    tests("ExternalMiner", [
        "ChainStore", "EngineTypes", "ExecutionChain", "ExecutionNode", "HTTPDoor", "JSON", "JSONRPC",
        "JSONRPCCore", "KeyValueStore", "Primitives", "ProofOfWork", "ServiceInterfaces", "TestSupport",
        logging, serviceLifecycle,
    ]),
    tests("BeaconNode", [
        "AckQuorum", "BeaconTypes", "BLS", "ChainStore", "EngineTypes", "ForkChoice", "GossipValidation",
        "KeyValueStore", "LightClient", "Primitives", "ServiceInterfaces", "SSZ", "StateTransition",
        "TestChains", "TestSupport", logging,
    ]),
    tests("ValidatorClient", [
        "AckQuorum", "BeaconTypes", "BLS", "JSON", "Keys", "KeyValueStore", "Primitives",
        "ServiceInterfaces", "SlashingProtection", "SSZ", "StateTransition", "TestSupport", logging,
    ]),
    tests("EthNetwork", [
        "EthProtocol", "EVM", "ExecutionChain", "ExecutionNode", "Multiformats", "NodeRecords",
        "Primitives", "RLPx", "RLPxHost", "Secp256k1", "ServiceInterfaces", "TestWorkChain", "Transactions",
        logging, nioPosix,
    ]),
    tests("RemoteBeaconNode", [
        "AckQuorum", "BeaconTypes", "HTTPReader", "JSON", "Primitives", "ServiceInterfaces", "SSZ",
        httpTypes, hummingbird, logging, nioCore,
    ]),
    tests("DevnetFaults", [
        "AckQuorum", "AckRecords", "BeaconTypes", "BLS", "ContentRouting", "EngineTypes", "Primitives",
        "ServiceInterfaces", "SSZ", "StateTransition",
    ]),
    tests("Slasher", [
        "AckQuorum", "BeaconTypes", "KeyValueStore", "PolTestChain", "Primitives", "ServiceInterfaces",
        "SlashingDetection", "SSZ", "SSZOracle", "StateTransition", "TestSupport", logging,
    ]),
    tests("AIEngine", [
        "AckQuorum", "AckRecords", "Aggregation", "BeaconTypes", "BLS", "ContentRouting", "KeyValueStore",
        "LearningStore", "LearningTask", "LoRA", "LossGate", "ModelFiles", "PeerIdentity", "Primitives",
        "ServiceInterfaces", "SSZ", "TestNetwork", "TestSupport", "TinyModels", "Transformer",
        "UpdateCodec", "UpdateJudgement", "UpdateLedger", "UpdateLife", logging,
    ]),
    tests("AckVoteService", [
        "AckQuorum", "BeaconTypes", "BLS", "KeyValueStore", "PolTestChain", "Primitives",
        "ServiceInterfaces", "StateTransition", "TestSupport", "ValidatorClient", logging,
    ]),
    tests("Averager", [
        "AckQuorum", "AckRecords", "Aggregation", "BeaconTypes", "BLS", "ContentRouting", "LoRA",
        "ModelFiles", "PeerIdentity", "Primitives", "ServiceInterfaces", "SSZ", "TestNetwork",
        "UpdateCodec", "UpdateLife", logging,
    ]),
    tests("Trainer", [
        "ContentRouting", "HivemindRounds", "KeyValueStore", "LearningStore", "LoRA", "LoRATraining", "ModelFiles",
        "Multiformats", "PeerIdentity", "Primitives", "ServiceInterfaces", "TestSupport", "TinyModels",
        "Transformer", "UpdateCodec", "UpdateLife", logging, nioPosix,
    ]),
    tests("ModelHub", ["TestSupport", crypto, hummingbird, logging, nioCore, serviceLifecycle]),
    tests("UpdateAudit", [
        "AckQuorum", "ContentShelves", "KeyValueStore", "LearningStore", "LoRA", "LoRATraining",
        "LossGate", "ModelFiles", "PeerIdentity", "Primitives", "ServiceInterfaces", "TestSupport",
        "TinyModels", "Transformer", "UpdateCodec", "UpdateJudgement", "UpdateLife", hummingbird,
        hummingbirdTesting, nioCore,
    ]),
    tests("HTTPDoor", [
        "JSON", "TestSockets", "TestSupport", httpTypes, hummingbird, hummingbirdTesting, logging, nioCore,
        nioHTTP1, nioPosix, serviceLifecycle,
    ]),
    tests("IPCDoor", ["JSON", "JSONRPCCore", "TestSupport", logging, nioCore, nioPosix]),
    tests("PrometheusMetrics", ["HTTPDoor", "ServiceInterfaces", hummingbird, hummingbirdTesting]),
    tests("JSONRPC", [
        "ChainStore", "EngineTypes", "EVM", "ExecutionChain", "ExecutionNode", "ExecutionVectors",
        "HTTPDoor", "JSON", "JSONRPCCore", "KeyValueStore", "Primitives", "RLP", "Secp256k1",
        "ServiceInterfaces", "StateTrie", "TestSockets", "TestSupport", "Transactions", hummingbird,
        hummingbirdTesting, logging, nioCore, serviceLifecycle,
    ], resources: vectors),
    tests("BeaconAPI", [
        "BeaconNode", "BeaconTypes", "BLS", "EngineTypes", "JSON", "Primitives", "ServiceInterfaces",
        "SSZ", "StateTransition", "TestChains", httpTypes, hummingbird, hummingbirdTesting,
    ]),
    tests("PrysmRPC", [
        "AckQuorum", "BeaconTypes", "BLS", "HTTPDoor", "PolTestChain", "Primitives", "ServiceInterfaces",
        "SlashingDetection", "SSZ", "StateTransition", grpcCore, grpcProtobuf, grpcTransport, logging,
        swiftProtobuf,
    ]),
    tests("AIEngineAPI", [
        "JSON", "Primitives", "ServiceInterfaces", "UpdateLife", hummingbird, hummingbirdTesting, nioCore,
    ]),
    tests("DHTAPI", ["JSON", "ServiceInterfaces", hummingbird, hummingbirdTesting, nioCore]),
    tests("Dashboard", [
        "HTTPDoor", "Primitives", "ServiceInterfaces", "TestSupport", hummingbird, hummingbirdTesting,
        logging, serviceLifecycle,
    ]),
    tests("polai", [
        "BeaconGossip", "BeaconNode", "BeaconTypes", "BeaconWire", "ChainStore", "ChainSync",
        "ContentRouting", "EngineTypes", "ExecutionChain", "ExecutionNode", "HTTPDoor", "JSON", "Kademlia",
        "Keys", "KeyValueStore", "LibP2P", "LoRA", "Multiformats", "NodeConfiguration", "NodeRecords", "PeerBlocks",
        "PeerIdentity", "Primitives", "RemoteExecutionEngine", "Secp256k1", "ServiceInterfaces", "SSZ",
        "StateTransition", "TestSupport", "TinyModels", "Transactions", "ValidatorClient", argumentParser,
        logging, nioPosix, serviceLifecycle,
    ]),
]

let package = Package(
    name: "polai",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "polai", targets: ["polai"]),
        .library(name: "PolaiBenchmarkSupport", targets: [
            "CBlst", "Primitives", "BLS", "SSZ", "EngineTypes", "BeaconTypes", "StateTransition", "ForkChoice",
            "ProofOfWork", "ModelFiles", "LoRA", "Transformer", "LossGate", "LoRATraining",
            "TrainingTexts", "UpdateCodec", "Aggregation", "CReproKernels", "HTTPDoor", "BeaconNode",
            "BeaconAPI", "ServiceInterfaces", "TestChains",
        ]),
        // Apart, so that the matrix is built in a minute or two.
        .library(name: "PolaiGossipSupport", targets: ["GossipSub", "GossipSimulator"]),
        // Fuzz/ feeds these with arbitrary bytes: docs/decisions/0013.
        .library(name: "PolaiFuzzSupport", targets: [
            "Primitives", "JSON", "RLP", "MessagePack", "SSZ", "Multiformats", "Secp256k1", "StateTrie", "EVM",
            "Transactions", "TransactionPool", "EngineTypes", "ExecutionChain", "BLS", "BeaconTypes",
            "BeaconWire", "AckQuorum", "StateTransition", "ForkChoice", "SlashingProtection", "SlashingDetection",
            "ModelFiles", "LoRA", "Transformer", "UpdateCodec", "PEFTFormat", "SpecTests",
            "NodeConfiguration",
        ]),
        .library(name: "PolaiDoorFuzzSupport", targets: [
            "Primitives", "JSON", "SSZ", "Keys", "PeerIdentity", "ContentRouting", "AckRecords", "BeaconTypes",
            "Multiformats", "LibP2PProtocols", "Kademlia", "GossipSub", "ContentNetwork",
            "EngineTypes", "StateTrie", "Transactions", "ExecutionChain", "ServiceInterfaces", "HTTPDoor",
            "JSONRPC", "JSONRPCCore", "BeaconAPI", "PrysmRPC", "HTTPReader", "ModelHub", "BeaconNode",
            "TestChains", "Secp256k1", "NodeRecords", "Discovery", "RLPx", "EthProtocol", "MessagePack",
            "HivemindWire", "IPCDoor",
        ]),
    ],
    dependencies: packages,
    targets: floor0 + floor1 + floor2 + floor3 + floor4 + floor5 + floor6 + testSupport + testTargets + [
        // A suite a service protocol, on the implementation in process and on the remote one alike.
        .testTarget(
            name: "ServiceContractTests",
            dependencies: [
                "AckQuorum", "AckVoteService", "AIEngineAPI", "BeaconAPI", "BeaconNode", "BeaconTypes", "BLS",
                "ChainStore", "ChainSync", "ContentRouting", "DHTDaemon", "EngineAPI", "EngineTypes",
                "EngineWire", "ExecutionChain", "ExecutionNode", "HTTPDoor", "HTTPReader", "JSON",
                "JSONRPCCore", "KeyValueStore", "LoRA", "ModelFiles", "PeerIdentity", "Primitives",
                "RemoteAIEngine", "RemoteBeaconNode", "RemoteExecutionEngine", "RLP", "ServiceInterfaces", "SSZ",
                "StateTransition", "StateTrie", "TestChains", "TestNetwork", "TestSupport", "Transactions",
                "UpdateLife", logging,
            ],
            path: "Tests/ServiceContractTests", swiftSettings: testSettings),
        // Floor 7: arguments and wiring only.
        .executableTarget(
            name: "polai",
            dependencies: [
                "AckQuorum", "AckRecords", "AckVoteService", "AIEngine", "AIEngineAPI", "AttackLab",
                "Averager", "BeaconAPI", "BeaconGossip", "BeaconNode", "BeaconTypes", "BeaconWire",
                "BlockingWork", "BLS", "CEarlySignals", "ChainStore", "ChainSync", "ChatTemplates",
                "ContentNetwork", "ContentRouting", "Dashboard", "DevnetFaults", "DHTAPI", "DHTDaemon",
                "Discovery", "DiscoveryService", "EngineAPI", "EngineTypes", "EngineWire", "EthashDatasets",
                "EthNetwork", "EthProtocol", "ExecutionChain", "ExecutionNode", "ExecutionVectors",
                "ExternalMiner", "GossipSub", "GossipValidation", "HivemindDHT", "HTTPDoor", "HTTPReader",
                "IPCDoor", "JSON", "JSONRPC", "JSONRPCCore", "Kademlia", "Keys", "KeyValueStore", "LearningStore",
                "LearningTask", "LibP2P", "LibP2PProtocols", "LoRA", "LoRATraining", "LossGate",
                "ModelFiles", "ModelHub", "Multiformats", "NATTraversal", "NodeConfiguration",
                "NodeRecords", "PeerBlocks", "PeerIdentity", "PEFTFormat", "PetalsClient", "PetalsServer", "PetalsWire",
                "Primitives", "PrometheusMetrics", "ProofOfWork", "PrysmRPC", "RemoteAIEngine", "RemoteBeaconNode",
                "RemoteExecutionEngine", "RLP", "RLPx", "RLPxHost", "Secp256k1", "ServiceInterfaces",
                "Slasher", "SlashingProtection", "SpecTests", "SSZ", "StateTransition", "TextGeneration",
                "Trainer", "TrainingTexts", "Transactions", "Transformer", "UpdateAudit", "UpdateCodec",
                "UpdateLedger", "ValidatorClient", argumentParser, logging, nioCore, nioPosix,
                serviceLifecycle,
            ],
            // Commands and wiring: what takes time stands in the rooms, and optimising these costs a minute of each build.
            path: "Sources/polai", swiftSettings: swiftSettings + unoptimised)
    ],
    cLanguageStandard: .gnu17,
    cxxLanguageStandard: .cxx17
)
