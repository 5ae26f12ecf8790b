import LoRA
import LoRATraining
import Logging
import PeerIdentity
import ServiceInterfaces
import UpdateCodec

/// Averaging with a group before the update is encoded.
extension Trainer {
    /// How many times as far as this trainer's own numbers moved at most an average's may move.
    static let mostMoved: Float = 10

    /// What the group made of a trained change, who signed for it, and how many of them are to send it before this trainer. Where the
    /// group comes to nothing, or to numbers that are none, it is the change itself, with nobody named.
    func average(
        _ result: TrainingResult, from parent: LoRAAdapter, _ metadata: UpdateMetadata, with peers: any AveragingPeers
    ) async throws -> (TrainingResult, [UpdateContributor], turn: Int) {
        live.set { $0.phase = "averaging" }
        do {
            let samples = metadata.steps * UInt64(clamping: setting.configuration.batchSize)
            let own = try UpdateContributor(to: metadata, trainer: setting.rewardAddress, samples: samples, signer: peerKey)
            let trained = try parent.adding(result.delta)
            let modules = setting.layout.modules
            let average = try await peers.average(
                modules.map { Array(trained.matrix($0)) }, shapes: modules.map { [$0.outputSize, $0.count / $0.outputSize] }, as: own,
                to: metadata)
            let delta = try Self.change(average, from: parent, own: result.delta)
            let (contributors, turn) = Self.contributors(average.members, own, metadata)
            logger.info(
                "Averaged with \(average.members.count - 1) others",
                metadata: [
                    "signed": "\(contributors.count)", "missing": "\(average.missing)", "turn": "\(turn)", "round": "\(metadata.round)",
                ])
            return (TrainingResult(delta: delta, losses: result.losses, gradientScale: result.gradientScale), contributors, turn)
        } catch let error where !(error is CancellationError) && !Task.isCancelled {
            logger.warning("Not averaged: \(error); this trainer's own numbers are sent", metadata: ["round": "\(metadata.round)"])
            return (result, [], 0)
        }
    }

    /// The change that an average is from `parent`: of the adapter's shape, finite, and no further off than a round may lead.
    static func change(_ average: GroupAverage, from parent: LoRAAdapter, own: LoRADelta) throws -> LoRADelta {
        let modules = parent.layout.modules
        guard average.tensors.count == modules.count, zip(average.tensors, modules).allSatisfy({ $0.count == $1.count }) else {
            throw AverageRefusal.otherShapes
        }
        guard average.missing < parent.values.count else { throw AverageRefusal.nothing }
        let values = zip(average.tensors.joined(), parent.values).map { $0 - $1 }
        guard values.allSatisfy(\.isFinite) else { throw AverageRefusal.notFinite }
        let (moved, most) = (values.lazy.map(\.magnitude).max() ?? 0, own.values.lazy.map(\.magnitude).max() ?? 0)
        guard moved <= mostMoved * most else { throw AverageRefusal.huge(times: moved / most) }
        return try LoRADelta(layout: parent.layout, values: values)
    }

    /// Those of a group who signed, in the order in which a file names them, and this trainer's place among them in the group's order.
    static func contributors(
        _ members: [GroupAverage.Member], _ own: UpdateContributor, _ metadata: UpdateMetadata
    ) -> ([UpdateContributor], turn: Int) {
        // A leader may have left out what this trainer said.
        let signed = members.compactMap { $0.contributor(to: metadata) }.filter { $0.key != own.key }
        let turn = members.prefix { $0.peer != own.key.peerID }.count { $0.contributor(to: metadata) != nil }
        let named = [own] + signed.prefix(UpdateContributor.maximumCount - 1)
        return (named.sorted { $0.key.rawBytes.lexicographicallyPrecedes($1.key.rawBytes) }, turn)
    }
}
