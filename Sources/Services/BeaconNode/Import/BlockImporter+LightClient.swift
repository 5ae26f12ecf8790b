import BeaconTypes
import ChainStore
import LightClient
import Logging
import Primitives
import SSZ
import StateTransition

extension BlockImporter {
    /// Takes in an imported block. Light clients are no reason to refuse one.
    func collectLightClientData(_ block: BeaconBlock, root: Root, state: BeaconState) {
        do {
            let archive = archive
            try lightClient.add(block, root: root, state: state) { try archive.block($0)?.message }
        } catch {
            logger.warning("no light client data of slot \(block.slot): \(error)")
        }
    }

    /// Follows head and finality; what is final goes to the store.
    func moveLightClientData(finalizedMoved: Bool) {
        lightClient.setHead(head.root)
        guard finalizedMoved else { return }
        let final = lightClient.finalize(finalized.root)
        do {
            try archive.store.write { batch in
                for (period, update) in final { batch.putLightClientUpdate(period: period, update.serialize(spec)) }
            }
        } catch {
            logger.warning("cannot store light client updates: \(error)")
        }
    }
}
