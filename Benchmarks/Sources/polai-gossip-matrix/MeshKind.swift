import GossipSub

/// A way to set gossipsub.
struct MeshKind {
    let name: String
    let change: @Sendable (inout GossipParameters) -> Void

    static let all = [
        // The rival: v1.1 as most networks set it, with eight peers a mesh.
        MeshKind(name: "v1.1-D8") { parameters in
            (parameters.D, parameters.Dlow, parameters.Dhigh) = (8, 6, 12)
            parameters.unwantedThreshold = .max
        },
        // What ContentNetwork and the consensus network run.
        MeshKind(name: "ours") { _ in },
        // The same with IDONTWANT for small messages too, and an author's own messages to its mesh alone.
        MeshKind(name: "D6-mesh") { parameters in
            parameters.floodPublish = false
            parameters.unwantedThreshold = 1
        },
        MeshKind(name: "D4") { parameters in
            (parameters.D, parameters.Dlow, parameters.Dhigh, parameters.Dscore) = (4, 3, 6, 3)
            parameters.floodPublish = false
        },
        MeshKind(name: "D4-no-IHAVE") { parameters in
            (parameters.D, parameters.Dlow, parameters.Dhigh, parameters.Dscore) = (4, 3, 6, 3)
            parameters.floodPublish = false
            (parameters.Dlazy, parameters.gossipFactor) = (0, 0)
        },
    ]
}
