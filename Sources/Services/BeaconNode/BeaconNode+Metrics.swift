import BeaconTypes
import ForkChoice
import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

/// Names and meanings are Prysm's where Prysm has the figure, so that its dashboards show this node.
extension BeaconNode: MetricsSource {
    public func metrics() -> [MetricSample] {
        let view = view
        let (head, forkChoice, figures) = (view.head, view.forkChoice, book.current)
        let state = head.state.state
        func epoch(_ name: String, _ checkpoint: Checkpoint, _ what: String) -> [MetricSample] {
            [
                MetricSample("\(name)_epoch", Double(checkpoint.epoch), help: "\(what) epoch."),
                MetricSample("\(name)_root", checkpoint.root.lowBytes, help: "\(what) root, its last 8 bytes as a number."),
            ]
        }
        var samples = [
            MetricSample("beacon_slot", Double(state.slot), help: "Slot of the head's state."),
            MetricSample("beacon_head_slot", Double(head.slot), help: "Slot of the head block."),
            MetricSample("beacon_head_root", head.root.lowBytes, help: "Root of the head block, its last 8 bytes as a number."),
            MetricSample("beacon_clock_slot", Double(clock.currentSlot ?? 0), help: "Current slot."),
            MetricSample("beacon_clock_time_slot", Double(clock.currentSlot ?? 0), help: "Current slot by the clock."),
            MetricSample(
                "beacon_confirmed_slot", Double(forkChoice.node(view.confirmedRoot)?.slot ?? 0),
                help: "Slot of the latest block that the fast confirmation rule confirms."),
            MetricSample(
                "current_eth1_data_deposit_count", Double(state.eth1Data.depositCount), help: "Deposit count of the head state's eth1 data."
            ),
            MetricSample(
                "beacon_block_import_seconds", figures.lastImportSeconds, help: "Seconds the last import took."),
        ]
        samples += epoch("head_finalized", state.finalizedCheckpoint, "The head state's last finalised")
        samples += epoch("beacon_finalized", view.finalized, "Last finalised")
        samples += epoch("beacon_current_justified", forkChoice.justifiedCheckpoint, "Current justified")
        samples += epoch("beacon_previous_justified", state.previousJustifiedCheckpoint, "Previous justified")
        return samples + counters(figures) + RegistryFigures(head.state).samples + absence
    }

    /// Not of Prysm.
    private var absence: [MetricSample] {
        let absent = absentStake()
        return [
            MetricSample("beacon_absent_stake_ratio", absent.share, help: "Share of the active stake that does not vote, 0 to 1."),
            MetricSample("beacon_absent_validators", Double(absent.absentValidators), help: "Active validators that do not vote."),
        ]
    }

    private func counters(_ figures: BeaconFigures) -> [MetricSample] {
        func counter(_ name: String, _ value: UInt64, _ help: String) -> MetricSample {
            MetricSample(name, Double(value), kind: .counter, help: help)
        }
        return [
            counter("beacon_processed_blocks_total", figures.importedBlocks, "Blocks imported."),
            counter("beacon_rejected_blocks_total", figures.rejectedBlocks, "Blocks refused."),
            counter("beacon_reorgs_total", figures.reorgs, "Head changes to another branch."),
            counter(
                "beacon_certificate_faults_total", figures.certificateFaults,
                "Blocks with a forged ACK certificate that became evidence."),
            counter("new_payload_valid_node_count", figures.validPayloads, "Payloads that the execution layer found valid."),
            counter("new_payload_invalid_node_count", figures.invalidPayloads, "Payloads that the execution layer found invalid."),
        ]
    }
}

extension Hash32 {
    /// The last 8 bytes as a number, which is how a root fits a gauge.
    fileprivate var lowBytes: Double { Double(bigEndian(UInt64.self, at: 24)) }
}
