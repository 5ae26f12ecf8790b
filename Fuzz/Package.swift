// swift-tools-version: 6.2
// Fuzz targets stand in a package of their own, so that the program is built and tested without them. `run.sh` builds it:
// the environment variable POLAI_FUZZ instruments the main package's targets (docs/decisions/0013).
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "polai-fuzz",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "polai", path: ".."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    ],
    targets: [
        // The entry point of libFuzzer, which comes with the toolchain.
        .target(name: "CFuzzer"),
        .target(name: "FuzzDriver", dependencies: ["CFuzzer"], swiftSettings: swiftSettings),
        // Everything that needs neither NIO nor swift-crypto.
        .executableTarget(
            name: "polai-fuzz", dependencies: ["FuzzDriver", .product(name: "PolaiFuzzSupport", package: "polai")],
            swiftSettings: swiftSettings),
        // The doors, the model hub, keys and peers.
        .executableTarget(
            name: "polai-fuzz-doors",
            dependencies: [
                "FuzzDriver", .product(name: "PolaiDoorFuzzSupport", package: "polai"),
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: swiftSettings),
    ],
    cLanguageStandard: .gnu17
)
