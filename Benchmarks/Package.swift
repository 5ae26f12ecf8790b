// swift-tools-version: 6.2
// Benchmarks stand in a package of their own, so that the program is built and tested without them.
import PackageDescription

let package = Package(
    name: "polai-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "polai", path: ".."), .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // The C twin against which Keccak-256 is measured.
        .target(name: "CKeccak"),
        .executableTarget(
            name: "polai-benchmarks",
            dependencies: [
                "CKeccak", .product(name: "PolaiBenchmarkSupport", package: "polai"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]),
        .executableTarget(
            name: "polai-model-memory", dependencies: [.product(name: "PolaiBenchmarkSupport", package: "polai")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]),
        // Gossip among hundreds of nodes in virtual time.
        .executableTarget(
            name: "polai-gossip-matrix",
            dependencies: [.product(name: "PolaiGossipSupport", package: "polai")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]),
        // The study behind the codec section of docs/learning.md.
        .executableTarget(
            name: "polai-codec-study",
            dependencies: [.product(name: "PolaiBenchmarkSupport", package: "polai")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]),
    ],
    cLanguageStandard: .gnu17
)
