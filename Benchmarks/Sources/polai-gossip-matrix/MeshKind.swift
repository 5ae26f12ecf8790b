import GossipSub

/// A way to set gossipsub.
struct MeshKind {
    let name: String
    let change: @Sendable (inout GossipParameters) -> Void

    static let all = [
        // The rival: v1.1 as most networks set it, with eight peers a mesh; what was queued is sent.
        MeshKind(name: "v1.1-D8") { eightAndPlain(&$0) },
        // The same with v1.2's IDONTWANT for messages from 1 KiB on.
        MeshKind(name: "v1.2-D8") { parameters in
            eightAndPlain(&parameters)
            parameters.unwantedThreshold = 1024
        },
        // What a public study found to be cheap.
        MeshKind(name: "v1.1-D4-no-IHAVE") { parameters in
            eightAndPlain(&parameters)
            (parameters.D, parameters.Dlow, parameters.Dhigh, parameters.Dscore) = (4, 3, 6, 3)
            (parameters.Dlazy, parameters.gossipFactor) = (0, 0)
        },
        // Eight, without what a peer has by the time that it would be sent.
        MeshKind(name: "D8-withdraw") { parameters in
            eightAndPlain(&parameters)
            parameters.withdrawsMessages = true
        },
        // What ContentNetwork and the consensus network run.
        MeshKind(name: "ours") { _ in },
        // The same without withdrawal, and without IDONTWANT.
        MeshKind(name: "ours-plain") { parameters in
            parameters.withdrawsMessages = false
            parameters.unwantedThreshold = .max
        },
        MeshKind(name: "ours-D5") { ($0.D, $0.Dlow, $0.Dhigh, $0.Dscore) = (5, 4, 8, 3) },
        MeshKind(name: "ours-D4") { ($0.D, $0.Dlow, $0.Dhigh, $0.Dscore) = (4, 3, 6, 3) },
        MeshKind(name: "ours-D4-lazy") { parameters in
            (parameters.D, parameters.Dlow, parameters.Dhigh, parameters.Dscore) = (4, 3, 6, 3)
            (parameters.Dlazy, parameters.gossipFactor) = (3, 0.1)
        },
        // As few words as still reach who missed a message: six are told of it over three heartbeats.
        MeshKind(name: "ours-lean") { parameters in
            (parameters.D, parameters.Dlow, parameters.Dhigh, parameters.Dscore) = (4, 3, 6, 3)
            (parameters.Dlazy, parameters.gossipFactor) = (2, 0.05)
        },
    ]

    private static func eightAndPlain(_ parameters: inout GossipParameters) {
        (parameters.D, parameters.Dlow, parameters.Dhigh) = (8, 6, 12)
        parameters.unwantedThreshold = .max
        parameters.withdrawsMessages = false
        parameters.floodPublishLimit = .max
    }
}
